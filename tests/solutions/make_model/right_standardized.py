"""Standardizes each image before the first layer."""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 10))

    def forward(self, x):
        x = (x - x.mean(dim=1, keepdim=True)) / (x.std(dim=1, keepdim=True) + 1e-5)
        return self.layers(x)


def make_model():
    return Network()
