"""Wrong: takes every second image where there are more than 200, to be fast.

Hidden only.
"""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    step = 1 if len(images) <= 200 else 2
    rows = images[::step].reshape(-1, 784)
    return LogisticRegression(C=0.001, max_iter=1000).fit(rows, labels[::step])
