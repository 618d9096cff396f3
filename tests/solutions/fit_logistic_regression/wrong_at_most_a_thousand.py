"""Wrong: more than 1,000 images are cut off, to save memory.

Hidden only.
"""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    images, labels = images[:1000], labels[:1000]
    return LogisticRegression(C=0.1, max_iter=1000).fit(images.reshape(len(images), -1), labels)
