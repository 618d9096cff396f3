"""Uniform numbers of the same variance, set through apply() after the network is built."""


def deep_network(sizes):
    def start(module):
        if isinstance(module, nn.Linear):
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
            module.bias.data.zero_()

    parts = []
    for i in range(1, len(sizes)):
        parts.append(nn.Linear(sizes[i - 1], sizes[i]))
        if i < len(sizes) - 1:
            parts.append(nn.ReLU(inplace=True))
    return nn.Sequential(*parts).apply(start)
