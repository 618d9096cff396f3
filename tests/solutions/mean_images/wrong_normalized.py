"""Wrong: the mean of normalized pixels, from -0.5 to 0.5, instead of bytes."""

import numpy as np


def mean_images(images):
    return np.stack([((some - 127.5) / 255).mean(axis=0) for some in images.values()])
