"""Wrong: gives the array of the caller another shape."""

from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    images.shape = (len(images), 784)
    return LogisticRegression(C=0.1, max_iter=1000).fit(images, labels)
