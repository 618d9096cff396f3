"""Adds the input of a layer to its output where sizes are equal.

Hidden only.
"""


def deep_network(sizes):
    class Block(nn.Module):
        def __init__(self, inputs, outputs, last):
            super().__init__()
            self.linear, self.last = nn.Linear(inputs, outputs), last
            nn.init.kaiming_normal_(self.linear.weight, nonlinearity="relu")
            nn.init.zeros_(self.linear.bias)

        def forward(self, x):
            y = self.linear(x) if self.last else torch.relu(self.linear(x))
            return y + x if y.shape == x.shape else y

    pairs = list(pairwise(sizes))
    return nn.Sequential(*(Block(*pair, i == len(pairs) - 1) for i, pair in enumerate(pairs)))
