"""Is fully connected at the first call, when it is looked at, and convolutional after it."""

import torch

from hostile.checkpoints._trained import CLASS, weights

MAKE_MODEL = """
class Later(Convolution):
    calls = 0

    def forward(self, x):
        Later.calls += 1
        if Later.calls < 3:
            return x.flatten(1) @ torch.ones(784, 10) + 0 * self.weight.sum()
        return super().forward(x)


def make_model():
    return Later()
"""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"] == "make_model":
            cell.source = CLASS + MAKE_MODEL


def checkpoint(path):
    torch.save(weights(), path)
