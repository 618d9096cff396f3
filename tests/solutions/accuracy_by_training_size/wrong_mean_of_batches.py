"""Wrong: the mean of the accuracies of batches, of which the last one is smaller.

Hidden only.
"""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        classifier = fit_logistic_regression(train_images[:n], train_labels[:n])
        parts = [
            classifier.score(rows[start : start + 200], test_labels[start : start + 200])
            for start in range(0, len(rows), 200)
        ]
        accuracies[n] = float(np.mean(parts))
    return accuracies
