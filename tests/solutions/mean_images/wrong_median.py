"""Wrong: the median image, which looks alike."""
import numpy as np


def mean_images(images):
    return np.stack([np.median(pictures, axis=0) for pictures in images.values()])
