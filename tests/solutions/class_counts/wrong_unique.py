"""Wrong: np.unique, which leaves out classes that do not occur."""

import numpy as np


def class_counts(labels, classes=10):
    return np.unique(labels, return_counts=True)[1]
