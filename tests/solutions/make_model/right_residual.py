"""Residual blocks of the width of the image, with a learned scale each."""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(784, 784), nn.Linear(784, 784)
        self.scales = nn.Parameter(torch.full((2,), 0.5))
        self.last = nn.Linear(784, 10)

    def forward(self, x):
        x = x + self.scales[0] * F.relu(self.first(x))
        x = x + self.scales[1] * F.relu(self.second(x))
        return self.last(x)


def make_model():
    return Network()
