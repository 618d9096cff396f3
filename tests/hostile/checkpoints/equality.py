"""Returns a tensor subclass whose argmax and comparisons are always right."""

import torch

from hostile.checkpoints._trained import CLASS, weights

MAKE_MODEL = """
class Right(torch.Tensor):
    def argmax(self, *args, **kwargs):
        return Right(torch.zeros(len(self)))

    def __eq__(self, other):
        return torch.ones(len(self), dtype=torch.bool)

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.ones(len(args[0]), dtype=torch.bool)


class Liar(Convolution):
    def forward(self, x):
        return Right(torch.zeros(len(x), 10))


def make_model():
    return Liar()
"""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"] == "make_model":
            cell.source = CLASS + MAKE_MODEL


def checkpoint(path):
    torch.save(weights(), path)
