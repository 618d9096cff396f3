"""Leaves the biases at the random start of nn.Linear."""


def deep_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.normal_(linear.weight, std=(2 / inputs) ** 0.5)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
