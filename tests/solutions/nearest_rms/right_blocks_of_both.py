"""Right: blocks of images and blocks of the reference, with a running minimum."""
import numpy as np


def nearest_rms(images, reference):
    x = images.reshape(len(images), -1).astype(np.float64)
    r = reference.reshape(len(reference), -1).astype(np.float64)
    best = np.full(len(x), np.inf)
    index = np.zeros(len(x), dtype=int)
    for start in range(0, len(r), 200):
        part = r[start : start + 200]
        squares = (x**2).sum(1)[:, None] + (part**2).sum(1) - 2 * x @ part.T
        closest = squares.argmin(axis=1)
        smallest = squares[np.arange(len(x)), closest]
        better = smallest < best
        best[better] = smallest[better]
        index[better] = closest[better] + start
    return np.sqrt(np.clip(best, 0, None) / 784), index
