"""Wrong: sorts the labels and leaves the images where they are."""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    return LogisticRegression(max_iter=1000).fit(images.reshape(len(images), -1), sorted(labels))
