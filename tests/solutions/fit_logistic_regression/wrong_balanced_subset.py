"""Wrong: the same number of images of each class, as many as the rarest has; the rest is dropped.

Hidden only.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    classes, counts = np.unique(labels, return_counts=True)
    keep = np.concatenate([np.flatnonzero(labels == k)[: counts.min()] for k in classes])
    rows = images[keep].reshape(len(keep), -1)
    return LogisticRegression(C=0.1, max_iter=1000).fit(rows, labels[keep])
