"""Wrong: the largest distance instead of the smallest."""

import numpy as np


def nearest_rms(images, reference):
    tables = [np.sqrt(((reference - image) ** 2).mean(axis=(1, 2))) for image in images]
    return np.array([t.max() for t in tables]), np.array([t.argmax() for t in tables])
