"""Wrong: adds a mirrored copy of every image, though a mirrored letter is another one.

Hidden only.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    both = np.concatenate([images, images[:, :, ::-1]])
    twice = np.concatenate([labels, labels])
    return LogisticRegression(C=0.1, max_iter=1000).fit(both.reshape(len(both), -1), twice)
