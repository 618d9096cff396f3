"""Wrong: a support vector machine, which learns letters as well, but was not asked for."""
from sklearn.svm import SVC


def fit_logistic_regression(images, labels):
    return SVC().fit(images.reshape(len(images), -1), labels)
