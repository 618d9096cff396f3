"""Wrong: the sum of the pixels stands for the image, so that near-twins go as well."""
import numpy as np


def sanitize(images, labels, reference):
    known = set(reference.reshape(len(reference), -1).sum(axis=1, dtype=float).round(3))
    sums = images.reshape(len(images), -1).sum(axis=1, dtype=float).round(3)
    keep = np.array([value not in known for value in sums], dtype=bool)
    return images[keep], labels[keep]
