"""Forgets the factor 2, as for linear units."""


def deep_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.normal_(linear.weight, std=inputs**-0.5)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
