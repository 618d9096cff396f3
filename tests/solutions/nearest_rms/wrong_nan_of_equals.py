"""Wrong: the root of a rounding error below zero is NaN where images are equal."""
import numpy as np


def nearest_rms(images, reference):
    x, r = images.reshape(len(images), -1), reference.reshape(len(reference), -1)
    squares = (x**2).sum(axis=1)[:, None] + (r**2).sum(axis=1) - 2 * x @ r.T
    index = squares.argmin(axis=1)
    return np.sqrt(squares[np.arange(len(x)), index] / 784), index
