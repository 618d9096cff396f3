"""Adds the differences of neighbouring pixels to the image.

Also breaks: problem2__85, problem2__90, problem2__93
"""


def make_model():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(784 + 783, 10)

        def forward(self, x):
            return self.linear(torch.cat([x, x[:, 1:] - x[:, :-1]], dim=1))

    return Network()
