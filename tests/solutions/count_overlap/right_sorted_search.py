"""Right: sorts the hashes of the reference and finds each image's by binary search."""

import numpy as np


def count_overlap(images, reference):
    known = np.sort([hash(image.tobytes()) for image in reference])
    ours = np.array([hash(image.tobytes()) for image in images])
    place = np.minimum(np.searchsorted(known, ours), len(known) - 1)
    count = int((known[place] == ours).sum())
    return count, 100 * count / len(images)
