"""Right: shuffles a list of positions and picks both."""

import numpy as np


def shuffle_together(images, labels, rng):
    positions = np.arange(len(images))
    rng.shuffle(positions)
    return np.take(images, positions, axis=0), np.take(labels, positions)
