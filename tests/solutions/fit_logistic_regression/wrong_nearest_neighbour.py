"""Wrong: another classifier than the one asked for."""

from sklearn.neighbors import KNeighborsClassifier


def fit_logistic_regression(images, labels):
    return KNeighborsClassifier(3).fit(images.reshape(len(images), -1), labels)
