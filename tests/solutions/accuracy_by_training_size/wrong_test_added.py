"""Wrong: adds the test images to the training images."""

import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for n in sizes:
        n = min(n, len(train_labels))
        model = fit_logistic_regression(
            np.concatenate([train_images[:n], test_images]),
            np.concatenate([train_labels[:n], test_labels]),
        )
        result[n] = np.mean(model.predict(test_images.reshape(len(test_images), -1)) == test_labels)
    return result
