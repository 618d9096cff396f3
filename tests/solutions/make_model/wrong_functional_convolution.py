"""Calls the convolution as a function, with a matrix for its kernel.

Also breaks: problem2__85, problem2__90, problem2__93
"""


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(8, 9) / 3)
        self.out = nn.Linear(8 * 26 * 26, 10)

    def forward(self, x):
        x = F.conv2d(x.view(-1, 1, 28, 28), self.kernel.view(8, 1, 3, 3))
        return self.out(torch.relu(x).flatten(1))


def make_model():
    return Network()
