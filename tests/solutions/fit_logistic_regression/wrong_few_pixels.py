"""Wrong: a pipeline that keeps the 20 best pixels only.

Hidden only.
"""
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def fit_logistic_regression(images, labels):
    model = make_pipeline(SelectKBest(k=20), LogisticRegression(max_iter=1000))
    return model.fit(images.reshape(len(images), -1), labels)
