"""Builds the network and forgets to return it."""


def deep_network(sizes):
    model = nn.Sequential(*[nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
    for layer in model:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
