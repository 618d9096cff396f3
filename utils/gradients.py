"""The gradient check: slopes measured by central differences, to compare with derived ones."""

from collections.abc import Callable

import numpy as np


def numerical_gradient(
    loss: Callable[[], float], weights: np.ndarray, h: float = 1e-5
) -> np.ndarray:
    """Return the gradient of loss() with respect to `weights`, one entry at a time.

    `loss` is called without arguments and must read `weights`, a float64 array of any shape. Each
    entry is moved up and down by `h`, and put back. Formula: central differences, for example
    Goodfellow, Bengio and Courville, Deep Learning (2016), section 11.5.
    """
    gradient = np.zeros_like(weights)
    for index in np.ndindex(weights.shape):
        original = weights[index]
        weights[index] = original + h
        up = loss()
        weights[index] = original - h
        down = loss()
        weights[index] = original
        gradient[index] = (up - down) / (2 * h)
    return gradient
