"""Wrong: a fifth of the images is held back inside the function."""

from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split


def fit_logistic_regression(images, labels):
    rows = images.reshape(len(images), -1)
    train, _, train_labels, _ = train_test_split(rows, labels, test_size=0.2, random_state=0)
    return LogisticRegression(C=0.1, max_iter=1000).fit(train, train_labels)
