"""Wrong: converts the images to whole numbers, which leaves -0.5 to 0.5 as 0.

Hidden only.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    rows = np.round(images.reshape(len(images), -1) * 2).astype(int)
    return LogisticRegression(C=1e-3, max_iter=5).fit(rows, labels)
