"""A convolution written out as slices times constants.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(27 * 27, 10)

    def forward(self, x):
        image = x.view(-1, 28, 28)
        edges = image[:, 1:, 1:] - 0.5 * image[:, 1:, :-1] - 0.5 * image[:, :-1, 1:]
        return self.out(torch.relu(edges).flatten(1))


def make_model():
    return Network()
