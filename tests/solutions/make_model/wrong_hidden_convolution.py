"""The middle layer is a convolution over the 28 x 28 units of the first one, as a function.

Also breaks: problem2__85, problem2__90, problem2__93
"""


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(784, 784), nn.Linear(676, 10)
        self.kernel = nn.Parameter(torch.randn(3, 3) / 3)

    def forward(self, x):
        x = torch.relu(self.first(x)).reshape(-1, 1, 28, 28)
        x = torch.relu(F.conv2d(x, self.kernel[None, None]))
        return self.last(x.flatten(1))


def make_model():
    return Network()
