"""Right: a pipeline: 60 principal components, then logistic regression."""

from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def fit_logistic_regression(images, labels):
    rows = images.reshape(len(images), -1)
    steps = PCA(min(60, len(images) - 1), random_state=0), LogisticRegression(max_iter=1000)
    return make_pipeline(*steps).fit(rows, labels)
