"""Uses one layer wherever two sizes are the same.

Hidden only.
"""

def deep_network(sizes):
    def linear(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
        return layer

    known, layers = {}, []
    for pair in pairwise(sizes):
        if pair not in known:
            known[pair] = linear(*pair)
        layers += [known[pair], nn.ReLU()]
    return nn.Sequential(*layers[:-1])
