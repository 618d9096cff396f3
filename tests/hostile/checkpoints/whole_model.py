"""A checkpoint that is a pickled module of a class that exists nowhere else."""

import torch
from torch import nn


def checkpoint(path):
    torch.save(nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10)), path)
