"""Wrong: the upper bound is one too small, so that the last image is never drawn."""
import numpy as np


def letter_mosaic(images, columns, rng):
    rows = []
    for letter_images in images.values():
        n = len(letter_images)
        chosen = rng.choice(max(n - 1, columns - 1), columns, replace=n - 1 < columns)
        rows.append(np.hstack(list(letter_images[chosen])))
    return np.vstack(rows)
