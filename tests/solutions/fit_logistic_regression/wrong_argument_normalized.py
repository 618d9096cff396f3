"""Wrong: normalizes the array of the caller in place."""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    images -= images.mean()
    return LogisticRegression(C=0.1, max_iter=1000).fit(images.reshape(len(images), -1), labels)
