"""A checkpoint of a few bytes whose tensor claims a trillion elements."""

import torch


def checkpoint(path):
    torch.save({"0.weight": torch.zeros(1).expand(10**12)}, path)
