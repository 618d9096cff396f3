"""Right: reads the weights off the classifier and computes its answers itself."""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    result = {}
    for n in dict.fromkeys(min(n, len(train_images)) for n in sizes):
        model = fit_logistic_regression(train_images[:n], train_labels[:n])
        scores = rows @ model.coef_.T + model.intercept_
        if len(model.classes_) == 2:
            guesses = model.classes_[(scores[:, 0] > 0).astype(int)]
        else:
            guesses = model.classes_[scores.argmax(axis=1)]
        result[n] = float((guesses == test_labels).mean())
    return result
