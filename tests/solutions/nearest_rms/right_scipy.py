"""Right: SciPy's table of distances, one block of images at a time."""

import numpy as np
from scipy.spatial.distance import cdist


def nearest_rms(images, reference):
    r = reference.reshape(len(reference), -1)
    distance, index = [], []
    for block in np.array_split(images, max(1, len(images) // 100)):
        table = cdist(block.reshape(len(block), -1), r) / np.sqrt(r.shape[1])
        distance.extend(table.min(axis=1))
        index.extend(table.argmin(axis=1))
    return np.array(distance), np.array(index)
