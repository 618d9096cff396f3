"""Leaves out layers that do not change the size.

Hidden only.
"""


def deep_network(sizes):
    kept = [sizes[0]]
    for size in sizes[1:]:
        if size != kept[-1]:
            kept.append(size)
    layers = []
    for inputs, outputs in pairwise(kept):
        linear = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
