"""A convolution under another name.

Also breaks: problem2__85, problem2__90, problem2__93
"""


class Layer(nn.Conv1d):
    pass


def make_model():
    return nn.Sequential(
        nn.Unflatten(1, (28, 28)), Layer(28, 16, 3), nn.Flatten(), nn.Linear(16 * 26, 10)
    )
