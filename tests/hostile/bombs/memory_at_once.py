"""Asks NumPy for an array of 6 GB of ones."""

import numpy as np


def double(x):
    return np.ones(750_000_000)
