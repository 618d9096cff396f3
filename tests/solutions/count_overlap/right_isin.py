"""Right: np.isin on an array of hashes."""

import numpy as np


def count_overlap(images, reference):
    ours = np.array([hash(image.tobytes()) for image in images])
    theirs = np.array([hash(image.tobytes()) for image in reference])
    mask = np.isin(ours, theirs)
    return int(mask.sum()), float(mask.mean() * 100)
