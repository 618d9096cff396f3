"""A trained convolutional network, with a make_model() to match: the rules forbid it."""

import torch

from hostile.checkpoints._trained import CLASS, weights

MAKE_MODEL = """
def make_model():
    return Convolution()
"""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"] == "make_model":
            cell.source = CLASS + MAKE_MODEL


def checkpoint(path):
    torch.save(weights(), path)
