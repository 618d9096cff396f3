"""Built from NaiveLinear, rescaled, with a residual connection."""


class Residual(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.layer = NaiveLinear(units, units)
        with torch.no_grad():
            self.layer.weight.mul_((2 / units) ** 0.5)

    def forward(self, x):
        return x + torch.relu(self.layer(x))


def make_model():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), Residual(128), nn.Linear(128, 10))
