"""Wrong: a random start, and from there on the images that follow in the archive."""
import numpy as np


def letter_mosaic(images, columns, rng):
    rows = []
    for pictures in images.values():
        start = rng.integers(0, len(pictures) - columns + 1)
        rows.append(np.hstack(list(pictures[start : start + columns])))
    return np.vstack(rows)
