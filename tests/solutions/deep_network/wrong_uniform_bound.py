"""Takes the standard deviation for the bound of uniform numbers."""


def deep_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.uniform_(linear.weight, -((2 / inputs) ** 0.5), (2 / inputs) ** 0.5)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
