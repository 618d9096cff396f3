"""Takes the variance for the standard deviation."""


def deep_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.normal_(linear.weight, std=2 / inputs)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
