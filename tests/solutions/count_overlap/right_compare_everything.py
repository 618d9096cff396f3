"""Right: compares every image with every image of the reference; slow, but certain."""
import numpy as np


def count_overlap(images, reference):
    flat = reference.reshape(len(reference), -1)
    count = 0
    for image in images:
        count += bool(np.any(np.all(flat == image.reshape(-1), axis=1)))
    return count, count / len(images) * 100
