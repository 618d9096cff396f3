"""Uses one layer again where sizes are equal.

Hidden only.
"""

def deep_network(sizes):
    made, layers = {}, []
    for pair in pairwise(sizes):
        if pair not in made:
            made[pair] = nn.Linear(*pair)
            nn.init.normal_(made[pair].weight, std=(2 / pair[0]) ** 0.5)
            nn.init.zeros_(made[pair].bias)
        layers += [made[pair], nn.ReLU()]
    return nn.Sequential(*layers[:-1])
