"""Wrong: compares each image with the reference image at its own position only."""

import numpy as np


def nearest_rms(images, reference):
    index = np.arange(len(images)) % len(reference)
    return np.sqrt(((images - reference[index]) ** 2).mean(axis=(1, 2))), index
