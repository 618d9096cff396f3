"""Right: np.add.at adds one at the place of every label."""

import numpy as np


def class_counts(labels, classes=10):
    counts = np.zeros(classes, dtype=np.int64)
    np.add.at(counts, labels, 1)
    return counts
