"""Wrong: the loop ends one image too early, though it divides by all."""
import numpy as np


def mean_images(images):
    means = []
    for pictures in images.values():
        total = np.zeros((28, 28))
        for i in range(len(pictures) - 1):
            total += pictures[i]
        means.append(total / len(pictures))
    return np.array(means)
