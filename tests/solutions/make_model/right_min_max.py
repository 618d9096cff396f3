"""Stretches each image to the range from 0 to 1."""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(784, 300), nn.BatchNorm1d(300), nn.ELU(), nn.Linear(300, 10))

    def forward(self, x):
        low, high = x.amin(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)
        return self.layers((x - low) / (high - low + 1e-3))


def make_model():
    return Network()
