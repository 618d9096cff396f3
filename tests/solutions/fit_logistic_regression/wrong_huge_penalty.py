"""Wrong: the penalty is so large that hardly anything is learned.

Hidden only.
"""

from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    return LogisticRegression(C=1e-6).fit(images.reshape(len(images), -1), labels)
