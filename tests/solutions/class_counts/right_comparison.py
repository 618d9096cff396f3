"""Right: compares with every class."""

import numpy as np


def class_counts(labels, classes=10):
    return (np.asarray(labels)[:, None] == np.arange(classes)).sum(axis=0)
