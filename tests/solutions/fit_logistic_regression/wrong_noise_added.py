"""Wrong: adds noise stronger than the pixels to the images, against learning by heart.

Hidden only.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    rng = np.random.default_rng(0)
    rows = images.reshape(len(images), -1)
    rows = rows + rng.normal(0, 2, rows.shape)
    return LogisticRegression(max_iter=1000).fit(rows, labels)
