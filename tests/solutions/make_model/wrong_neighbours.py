"""Gives the differences of neighbouring pixels to the first layer.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(783, 200), nn.ReLU(), nn.Linear(200, 10))

    def forward(self, x):
        return self.layers(x[:, 1:] - x[:, :-1])


def make_model():
    return Network()
