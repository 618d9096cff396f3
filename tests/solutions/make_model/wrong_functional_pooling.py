"""Pools as a function.

Also breaks: problem2__85, problem2__90, problem2__93
"""


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(49, 10)

    def forward(self, x):
        x = F.adaptive_avg_pool2d(x.reshape(-1, 1, 28, 28), 7)
        return self.out(x.flatten(1))


def make_model():
    return Network()
