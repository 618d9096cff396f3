"""Wrong: trains on the first 100 images, however many there are."""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    n = 100
    return LogisticRegression(C=0.1, max_iter=1000).fit(images[:n].reshape(-1, 784), labels[:n])
