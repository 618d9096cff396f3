"""Right: one image at a time, straight from the definition."""

import numpy as np


def nearest_rms(images, reference):
    distances, positions = [], []
    for image in images:
        rms = np.sqrt(((reference - image) ** 2).mean(axis=(1, 2)))
        positions.append(int(rms.argmin()))
        distances.append(rms.min())
    return np.array(distances), np.array(positions)
