"""Four layers of 2,048 units: 16 million parameters.

Also breaks: problem2__85, problem2__90, problem2__93
"""


def make_model():
    layers, inputs = [], 784
    for _ in range(4):
        layers += [nn.Linear(inputs, 2048), nn.ReLU()]
        inputs = 2048
    return nn.Sequential(*layers, nn.Linear(inputs, 10))
