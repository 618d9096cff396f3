"""A convolution of slices and numbers: edges in two directions.

Marked by no name: sums and products only.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2 * 26 * 26, 200), nn.ReLU(), nn.Linear(200, 10))

    def forward(self, x):
        x = x.view(-1, 28, 28)
        across = 0.0
        for i, a in enumerate((1, 2, 1)):
            across = across + a * (x[:, i : i + 26, 2:] - x[:, i : i + 26, :-2])
        down = 0.0
        for j, a in enumerate((1, 2, 1)):
            down = down + a * (x[:, 2:, j : j + 26] - x[:, :-2, j : j + 26])
        return self.layers(torch.cat([across.flatten(1), down.flatten(1)], dim=1))


def make_model():
    return Network()
