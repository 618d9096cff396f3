"""Copies the layer before where the sizes are the same, start values and all.

Hidden only.
"""

def deep_network(sizes):
    def linear(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
        return layer

    import copy

    known, layers = {}, []
    for pair in pairwise(sizes):
        known[pair] = copy.deepcopy(known[pair]) if pair in known else linear(*pair)
        layers += [known[pair], nn.ReLU()]
    return nn.Sequential(*layers[:-1])
