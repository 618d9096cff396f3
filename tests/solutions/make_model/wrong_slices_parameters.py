"""A convolution of slices of the image that share nine weights.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(26 * 26, 200), nn.ReLU(), nn.Linear(200, 10))
        self.kernel = nn.Parameter(0.3 * torch.randn(3, 3))

    def forward(self, x):
        x = x.view(-1, 28, 28)
        taps = [(i, j) for i in range(3) for j in range(3)]
        parts = [self.kernel[i, j] * x[:, i : i + 26, j : j + 26] for i, j in taps]
        return self.layers(F.relu(sum(parts).flatten(1)))


def make_model():
    return Network()
