"""Functional dropout without training=self.training: random in evaluation, too.

Also breaks: problem2__85, problem2__90, problem2__93
"""


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 128)
        self.out = nn.Linear(128, 10)

    def forward(self, x):
        return self.out(F.dropout(torch.relu(self.hidden(x)), 0.5))


def make_model():
    return Network()
