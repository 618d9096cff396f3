"""Wrong: scales every image to the same length, which loses too much of the letters.

Hidden only.
"""
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer


def fit_logistic_regression(images, labels):
    return make_pipeline(Normalizer(), LogisticRegression(C=0.1, max_iter=1000)).fit(
        images.reshape(len(images), -1), labels
    )
