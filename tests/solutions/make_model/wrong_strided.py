"""Takes overlapping patches with as_strided and sums them with nine weights.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(26 * 26, 200), nn.ReLU(), nn.Linear(200, 10))
        self.kernel = nn.Parameter(0.3 * torch.randn(9))

    def forward(self, x):
        patches = x.contiguous().as_strided((len(x), 26, 26, 3, 3), (784, 28, 1, 28, 1))
        return self.layers((patches.reshape(len(x), 676, 9) * self.kernel).sum(dim=2))


def make_model():
    return Network()
