"""Right: scikit-learn's accuracy_score."""

import numpy as np
from sklearn.metrics import accuracy_score


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for size in sizes:
        size = int(np.minimum(size, train_images.shape[0]))
        model = fit_logistic_regression(train_images[:size].copy(), train_labels[:size].copy())
        predicted = model.predict(test_images.reshape(test_images.shape[0], -1))
        result[size] = accuracy_score(test_labels, predicted)
    return result
