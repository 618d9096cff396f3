"""Wrong: one mean over all letters, repeated."""

import numpy as np


def mean_images(images):
    mean = np.concatenate(list(images.values())).mean(axis=0)
    return np.stack([mean] * len(images))
