"""Right: a pipeline that standardizes the pixels first."""

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def fit_logistic_regression(images, labels):
    rows = images.reshape(len(images), -1)
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500)).fit(
        rows, labels
    )
