"""Draws one start for each pair of sizes.

Hidden only.
"""


def deep_network(sizes):
    starts = {}
    layers = []
    for pair in pairwise(sizes):
        linear = nn.Linear(*pair)
        if pair not in starts:
            starts[pair] = torch.randn(pair[1], pair[0]) * (2 / pair[0]) ** 0.5
        linear.weight = nn.Parameter(starts[pair].clone())
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
