"""Wrong: n random training images instead of the first."""

import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for n in sizes:
        n = min(n, len(train_labels))
        chosen = np.random.default_rng(0).permutation(len(train_labels))[:n]
        model = fit_logistic_regression(train_images[chosen], train_labels[chosen])
        result[n] = np.mean(model.predict(test_images.reshape(len(test_images), -1)) == test_labels)
    return result
