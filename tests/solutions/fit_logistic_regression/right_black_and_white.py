"""Right: a pipeline that turns the pixels black or white first."""
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer


def fit_logistic_regression(images, labels):
    model = make_pipeline(Binarizer(threshold=0.0), LogisticRegression(C=0.05, max_iter=1000))
    model.fit(images.reshape(images.shape[0], -1), labels)
    return model
