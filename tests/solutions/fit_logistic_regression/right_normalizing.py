"""Right: a pipeline whose first step bends: it maps the pixels to ranks."""
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer


def fit_logistic_regression(images, labels):
    rows = images.reshape(len(images), -1)
    model = make_pipeline(
        QuantileTransformer(n_quantiles=min(50, len(rows))), LogisticRegression(C=0.1, max_iter=500)
    )
    return model.fit(rows, labels)
