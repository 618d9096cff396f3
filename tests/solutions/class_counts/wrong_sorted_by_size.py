"""Wrong: the counts in descending order, so that entry k no longer belongs to label k."""

import numpy as np


def class_counts(labels, classes=10):
    return np.sort(np.bincount(labels, minlength=classes))[::-1]
