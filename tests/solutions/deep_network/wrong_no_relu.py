"""Forgets ReLU altogether: four linear layers in a row."""


def deep_network(sizes):
    layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    for layer in layers:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)
