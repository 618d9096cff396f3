"""Right: counts in a plain loop and returns an array."""

import numpy as np


def class_counts(labels, classes=10):
    counts = [0] * classes
    for label in labels:
        counts[label] += 1
    return np.array(counts)
