"""Wrong: shares instead of counts."""

import numpy as np


def class_counts(labels, classes=10):
    return np.bincount(labels, minlength=classes) / len(labels)
