"""A checkpoint of another network."""

import torch
from torch import nn


def checkpoint(path):
    torch.save(nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10)).state_dict(), path)
