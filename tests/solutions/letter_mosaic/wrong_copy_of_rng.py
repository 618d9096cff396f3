"""Wrong: draws from a copy of the generator, so that the next call shows the same images."""
import copy

import numpy as np


def letter_mosaic(images, columns, rng):
    rng = copy.deepcopy(rng)
    rows = [
        np.hstack(list(pictures[rng.permutation(len(pictures))[:columns]]))
        for pictures in images.values()
    ]
    return np.vstack(rows)
