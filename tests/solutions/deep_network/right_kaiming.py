"""He initialization from the library, in nn.Sequential."""

def deep_network(sizes):
    def linear(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
        return layer

    modules = []
    for number, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        if number:
            modules.append(nn.ReLU(inplace=True))
        modules.append(linear(inputs, outputs))
    return nn.Sequential(*modules)
