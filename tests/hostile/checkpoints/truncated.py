"""The first half of a checkpoint."""

import torch


def checkpoint(path):
    torch.save({"0.weight": torch.zeros(16, 784)}, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
