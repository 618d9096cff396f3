"""Log-softmax along the batch instead of along the letters.

Also breaks: problem2__85, problem2__90, problem2__93
"""


def make_model():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10), nn.LogSoftmax(dim=0))
