"""Wrong: predict returns the position of the class, which is its label only if none is absent.

Hidden only.
"""
from sklearn.linear_model import LogisticRegression


class LogisticRegressionOfLetters(LogisticRegression):
    def predict(self, rows):
        return self.decision_function(rows).argmax(axis=1)


Classifier = LogisticRegressionOfLetters


def fit_logistic_regression(images, labels):
    return Classifier(C=0.1, max_iter=1000).fit(images.reshape(len(images), -1), labels)
