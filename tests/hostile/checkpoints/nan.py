"""A checkpoint full of NaN, for which any comparison of accuracies may go either way."""

import torch
from torch import nn


def checkpoint(path):
    model = nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))
    torch.save({k: torch.full_like(v, torch.nan) for k, v in model.state_dict().items()}, path)
