"""Right: the mean in float32, which is exact enough."""

import numpy as np


def mean_images(images):
    return np.array([np.mean(v, axis=0, dtype=np.float32) for v in images.values()])
