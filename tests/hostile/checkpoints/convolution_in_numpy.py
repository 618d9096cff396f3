"""Hides the convolution from torch: forward computes in NumPy and returns a plain tensor."""

import torch

from hostile.checkpoints._trained import CLASS, weights

MAKE_MODEL = """
class Hidden(Convolution):
    def forward(self, x):
        x = x.detach().numpy().reshape(-1, 28, 28)
        windows = np.lib.stride_tricks.sliding_window_view(x, (7, 7), axis=(1, 2))[:, ::3, ::3]
        filters = self.filters.detach().numpy().reshape(24, 49)
        maps = np.maximum(windows.reshape(len(x), 64, 49) @ filters.T, 0).transpose(0, 2, 1)
        flat = np.concatenate([maps.reshape(len(x), -1), np.ones((len(x), 1), np.float32)], axis=1)
        return torch.from_numpy(flat @ self.weight.detach().numpy().T) + 0 * self.weight.sum()


def make_model():
    return Hidden()
"""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"] == "make_model":
            cell.source = CLASS + MAKE_MODEL


def checkpoint(path):
    torch.save(weights(), path)
