"""Wrong: scores on the first n test images only."""

import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for n in sizes:
        n = min(n, len(train_labels))
        model = fit_logistic_regression(train_images[:n], train_labels[:n])
        result[n] = np.mean(model.predict(test_images[:n].reshape(-1, 784)) == test_labels[:n])
    return result
