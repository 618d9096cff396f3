"""Wrong: keeps the last image back to try the classifier on it.

Hidden only.
"""
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    rows = images.reshape(len(images), -1)
    classifier = LogisticRegression(C=0.1, max_iter=1000).fit(rows[:-1], labels[:-1])
    print("last image:", classifier.predict(rows[-1:])[0], "label:", labels[-1])
    return classifier
