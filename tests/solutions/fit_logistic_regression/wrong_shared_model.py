"""Wrong: one classifier for all calls, so that a later call changes the earlier result."""

from sklearn.linear_model import LogisticRegression

model = LogisticRegression(C=0.1, max_iter=1000)


def fit_logistic_regression(images, labels):
    return model.fit(images.reshape(len(images), -1), labels)
