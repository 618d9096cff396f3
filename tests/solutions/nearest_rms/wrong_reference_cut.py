"""Wrong: only the first thousand images of the reference, to save time."""
import numpy as np


def nearest_rms(images, reference):
    x = images.reshape(len(images), -1)
    r = reference[:1000].reshape(-1, 784)
    squares = (x**2).sum(axis=1)[:, None] + (r**2).sum(axis=1) - 2 * x @ r.T
    index = squares.argmin(axis=1)
    return np.sqrt(np.maximum(squares.min(axis=1), 0) / 784), index
