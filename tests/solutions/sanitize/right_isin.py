"""Right: a mask from np.isin on an array of hashes."""

import numpy as np


def sanitize(images, labels, reference):
    ours = np.array([hash(image.tobytes()) for image in images])
    theirs = np.array([hash(image.tobytes()) for image in reference])
    return images[~np.isin(ours, theirs)], labels[~np.isin(ours, theirs)]
