"""Ignores the argument and builds the network of the table."""


def deep_network(sizes=(784, 200, 200, 200, 10)):
    layers = []
    for inputs, outputs in ((784, 200), (200, 200), (200, 200), (200, 10)):
        linear = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
