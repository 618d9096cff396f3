"""Wrong: stops after the first step.

Hidden only.
"""

from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    return LogisticRegression(max_iter=1).fit(images.reshape(len(images), -1), labels)
