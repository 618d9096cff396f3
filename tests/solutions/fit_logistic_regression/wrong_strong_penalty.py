"""Wrong: C is taken for the strength of the penalty, though smaller is stronger.

Hidden only.
"""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    return LogisticRegression(C=0.0005, max_iter=1000).fit(images.reshape(len(images), -1), labels)
