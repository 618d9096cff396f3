"""Wrong: leaves out the image's own square, which every distance of it needs."""

import numpy as np


def nearest_rms(images, reference):
    x, r = images.reshape(len(images), -1), reference.reshape(len(reference), -1)
    squares = (r**2).sum(axis=1) - 2 * x @ r.T
    return np.sqrt(np.maximum(squares.min(axis=1), 0) / 784), squares.argmin(axis=1)
