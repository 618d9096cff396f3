"""Wrong: returns a score instead of the classifier."""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    rows = images.reshape(len(images), -1)
    return LogisticRegression(max_iter=1000).fit(rows, labels).score(rows, labels)
