"""Adds the input of a layer to its output where both have the same size.

Hidden only.
"""

def deep_network(sizes):
    def linear(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
        return layer

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(linear(a, b) for a, b in pairwise(sizes))

        def forward(self, x):
            for layer in self.layers[:-1]:
                h = F.relu(layer(x))
                x = x + h if h.shape == x.shape else h
            return self.layers[-1](x)

    return Network()
