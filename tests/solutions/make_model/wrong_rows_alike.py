"""The same linear layer for each row of pixels.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.row = nn.Linear(28, 16)
        self.last = nn.Linear(28 * 16, 10)

    def forward(self, x):
        rows = F.relu(self.row(x.view(-1, 28, 28)))
        return self.last(rows.flatten(1))


def make_model():
    return Network()
