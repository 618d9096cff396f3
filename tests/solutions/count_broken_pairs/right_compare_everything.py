"""Right: compares every image with every image of the source; slow, but plain."""

import numpy as np


def count_broken_pairs(images, labels, source_images, source_labels):
    broken = 0
    for image, label in zip(images, labels):
        same = (source_images == image).all(axis=(1, 2))
        if not np.any(same & (source_labels == label)):
            broken += 1
    return broken
