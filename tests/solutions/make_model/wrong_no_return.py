"""Does not return the model.

Also breaks: problem2__85, problem2__90, problem2__93
"""


def make_model():
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
