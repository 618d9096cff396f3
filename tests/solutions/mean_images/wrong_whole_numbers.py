"""Wrong: the means are cut to whole numbers, since the result is stored as bytes."""

import numpy as np


def mean_images(images):
    means = np.zeros((len(images), 28, 28), dtype=np.uint8)
    for row, some in enumerate(images.values()):
        means[row] = some.mean(axis=0)
    return means
