"""A loop over widths, with batch norm and He initialization."""


def make_model():
    widths = [784, 300, 200, 100]
    model = nn.Sequential(nn.Flatten())
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layer = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        model.add_module(f"linear{i}", layer)
        model.add_module(f"norm{i}", nn.BatchNorm1d(outputs))
        model.add_module(f"relu{i}", nn.ReLU())
    model.add_module("out", nn.Linear(widths[-1], 10))
    return model
