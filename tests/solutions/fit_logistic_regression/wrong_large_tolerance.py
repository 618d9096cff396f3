"""Wrong: a tolerance so large that the training ends after a few steps."""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    return LogisticRegression(tol=3.0, max_iter=1000).fit(images.reshape(len(images), -1), labels)
