"""Right: a list of random positions, rows and mosaic joined with concatenate."""
import numpy as np


def letter_mosaic(images, columns, rng):
    mosaic = []
    for letter in images:
        order = list(range(len(images[letter])))
        rng.shuffle(order)
        row = np.concatenate([images[letter][i] for i in order[:columns]], axis=1)
        mosaic.append(row)
    return np.concatenate(mosaic, axis=0)
