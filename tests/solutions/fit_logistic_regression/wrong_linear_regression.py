"""Wrong: linear regression on the label numbers, as if J were nine times B."""
from sklearn.linear_model import LinearRegression


def fit_logistic_regression(images, labels):
    return LinearRegression().fit(images.reshape(len(images), -1), labels)
