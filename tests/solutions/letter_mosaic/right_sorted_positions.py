"""Right: random positions, shown in ascending order."""

import numpy as np


def letter_mosaic(images, columns, rng):
    rows = []
    for some in images.values():
        chosen = np.sort(rng.permutation(len(some))[:columns])
        rows.append(np.concatenate(some[chosen], axis=1))
    return np.concatenate(rows, axis=0)
