"""Wrong: bincount without a minimum length, too short if the last class is missing."""

import numpy as np


def class_counts(labels, classes=10):
    return np.bincount(labels)
