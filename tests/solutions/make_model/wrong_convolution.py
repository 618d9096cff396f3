"""Begins with a convolution.

Also breaks: problem2__85, problem2__90, problem2__93
"""


def make_model():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 8, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(8 * 26 * 26, 10),
    )
