"""Right: a running sum in float64."""

import numpy as np


def mean_images(images):
    means = np.zeros((len(images), 28, 28))
    for row, letter in enumerate(images):
        for image in images[letter]:
            means[row] += image
        means[row] /= len(images[letter])
    return means
