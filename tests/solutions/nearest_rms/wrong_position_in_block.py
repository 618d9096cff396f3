"""Wrong: the position within a block of the reference, not within all of it."""
import numpy as np


def nearest_rms(images, reference):
    x, r = images.reshape(len(images), -1), reference.reshape(len(reference), -1)
    distance = np.full(len(x), np.inf)
    index = np.zeros(len(x), dtype=int)
    for start in range(0, len(r), 500):
        for i, one in enumerate(x):
            d = np.sqrt(((r[start : start + 500] - one) ** 2).mean(axis=1))
            if d.min() < distance[i]:
                distance[i], index[i] = d.min(), d.argmin()
    return distance, index
