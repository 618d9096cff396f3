"""Wrong: averages over the pixel rows of each image."""

import numpy as np


def mean_images(images):
    return np.stack([v.mean(axis=1)[:28] for v in images.values()])
