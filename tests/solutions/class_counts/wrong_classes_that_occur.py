"""Wrong: as many classes as different labels occur, whatever they are called."""
import numpy as np


def class_counts(labels, classes=10):
    found = len(set(labels.tolist()))
    counts = np.zeros(max(found, classes), dtype=int)
    for k in range(found):
        counts[k] = np.sum(labels == k)
    return counts
