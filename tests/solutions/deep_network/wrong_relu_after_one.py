"""With a single layer it puts ReLU at the end.

Hidden only.
"""

def deep_network(sizes):
    def linear(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
        return layer

    layers = [linear(sizes[0], sizes[1]), nn.ReLU()]
    for inputs, outputs in pairwise(sizes[1:-1]):
        layers += [linear(inputs, outputs), nn.ReLU()]
    if len(sizes) > 2:
        layers.append(linear(sizes[-2], sizes[-1]))
    return nn.Sequential(*layers)
