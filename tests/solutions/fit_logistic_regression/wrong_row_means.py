"""Wrong: each image becomes the 28 means of its columns."""

from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    return LogisticRegression(max_iter=1000).fit(images.mean(axis=1), labels)
