"""Right: fill an empty mosaic tile by tile."""

import numpy as np


def letter_mosaic(images, columns, rng):
    mosaic = np.zeros((28 * len(images), 28 * columns), dtype=np.uint8)
    for row, letter in enumerate(images):
        order = rng.permutation(len(images[letter]))
        for column in range(columns):
            tile = images[letter][order[column]]
            mosaic[28 * row : 28 * (row + 1), 28 * column : 28 * (column + 1)] = tile
    return mosaic
