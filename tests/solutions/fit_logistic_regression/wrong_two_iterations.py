"""Wrong: two iterations, since the warning about convergence goes away if it is switched off.

Hidden only.
"""
import warnings

from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    warnings.simplefilter("ignore")
    return LogisticRegression(max_iter=2).fit(images.reshape(len(images), -1), labels)
