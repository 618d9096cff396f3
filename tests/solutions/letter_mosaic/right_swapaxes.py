"""Right: stack the chosen images, move the axes, then reshape."""

import numpy as np


def letter_mosaic(images, columns, rng):
    chosen = np.stack([v[rng.permutation(len(v))[:columns]] for v in images.values()])
    return chosen.swapaxes(1, 2).reshape(len(images) * 28, columns * 28)
