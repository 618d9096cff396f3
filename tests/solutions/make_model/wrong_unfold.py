"""Takes patches with unfold and multiplies each by the same matrix.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Linear(16, 4)
        self.last = nn.Linear(7 * 7 * 4, 10)

    def forward(self, x):
        patches = x.view(-1, 28, 28).unfold(1, 4, 4).unfold(2, 4, 4).reshape(-1, 49, 16)
        return self.last(F.relu(self.kernel(patches)).flatten(1))


def make_model():
    return Network()
