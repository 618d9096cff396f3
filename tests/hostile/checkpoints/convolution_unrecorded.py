"""Switches off what records operations, then convolves."""

import torch

from hostile.checkpoints._trained import CLASS, weights

MAKE_MODEL = """
class Unrecorded(Convolution):
    def forward(self, x):
        from torch.utils._python_dispatch import _disable_current_modes

        with _disable_current_modes(), torch.no_grad():
            answer = super().forward(x)
        return answer + 0 * self.weight.sum()


def make_model():
    return Unrecorded()
"""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"] == "make_model":
            cell.source = CLASS + MAKE_MODEL


def checkpoint(path):
    torch.save(weights(), path)
