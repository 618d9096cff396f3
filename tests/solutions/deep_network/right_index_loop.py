"""Counts the layers, and adds modules to a Sequential under names."""


def deep_network(sizes):
    network = nn.Sequential()
    for i in range(len(sizes) - 1):
        linear = nn.Linear(sizes[i], sizes[i + 1])
        with torch.no_grad():
            linear.weight.copy_(torch.randn(sizes[i + 1], sizes[i]) * np.sqrt(2 / sizes[i]))
            linear.bias.fill_(0)
        network.add_module(f"layer{i}", linear)
        if i + 2 < len(sizes):
            network.add_module(f"relu{i}", nn.ReLU(inplace=True))
    return network
