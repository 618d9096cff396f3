"""Wrong: scores the test images of classes that occur in all of the training set.

Hidden only.
"""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    keep = np.isin(test_labels, train_labels)
    rows = test_images[keep].reshape(keep.sum(), -1)
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        classifier = fit_logistic_regression(train_images[:n], train_labels[:n])
        accuracies[n] = float(np.mean(classifier.predict(rows) == test_labels[keep]))
    return accuracies
