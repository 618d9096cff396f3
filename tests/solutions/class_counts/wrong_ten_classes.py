"""Wrong: always ten classes, whatever the argument says."""

import numpy as np


def class_counts(labels, classes=10):
    return np.bincount(labels, minlength=10)
