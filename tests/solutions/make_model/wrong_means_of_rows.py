"""Adds the mean of each row of pixels.

Also breaks: problem2__85, problem2__90, problem2__93
"""


def make_model():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(784 + 28, 10)

        def forward(self, x):
            return self.linear(torch.cat([x, x.view(-1, 28, 28).mean(dim=2)], dim=1))

    return Network()
