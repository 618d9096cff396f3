"""Wrong: stretches each pixel's values to 0 to 1 before training, which predict will not do.

Hidden only.
"""
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MinMaxScaler


def fit_logistic_regression(images, labels):
    rows = MinMaxScaler().fit_transform(images.reshape(len(images), -1))
    return LogisticRegression(max_iter=1000).fit(rows, labels)
