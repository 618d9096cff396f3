"""Right: the label is one more byte behind those of the image; np.isin compares whole rows."""

import numpy as np


def count_broken_pairs(images, labels, source_images, source_labels):
    def keys(some_images, some_labels):
        flat = some_images.reshape(len(some_images), -1)
        rows = np.column_stack([flat, some_labels.astype(np.uint8)])
        return np.array([row.tobytes().hex() for row in rows])

    mine, known = keys(images, labels), keys(source_images, source_labels)
    return int((~np.isin(mine, known)).sum())
