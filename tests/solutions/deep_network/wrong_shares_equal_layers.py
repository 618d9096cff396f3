"""Makes one layer for each pair of sizes, so that equal layers are the same object.

Hidden only.
"""


def deep_network(sizes):
    made = {}
    layers = []
    for pair in pairwise(sizes):
        if pair not in made:
            made[pair] = nn.Linear(*pair)
            nn.init.kaiming_normal_(made[pair].weight, nonlinearity="relu")
            nn.init.zeros_(made[pair].bias)
        layers += [made[pair], nn.ReLU()]
    return nn.Sequential(*layers[:-1])
