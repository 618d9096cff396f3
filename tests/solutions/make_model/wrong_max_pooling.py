"""Takes the largest of 2 x 2 pixels, with a view.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(196, 200), nn.ReLU(), nn.Linear(200, 10))

    def forward(self, x):
        return self.layers(x.view(-1, 14, 2, 14, 2).amax(dim=(2, 4)).flatten(1))


def make_model():
    return Network()
