"""Wrong: averages as many images of every letter as the rarest letter has."""

import numpy as np


def mean_images(images):
    fewest = min(len(some) for some in images.values())
    return np.stack([some[:fewest].mean(axis=0) for some in images.values()])
