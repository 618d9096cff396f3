"""Wrong: remembers the accuracy of a size from one call to the next, whatever the images are.

Hidden only.
"""
import numpy as np

known = {}


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        if n not in known:
            classifier = fit_logistic_regression(train_images[:n], train_labels[:n])
            known[n] = float(np.mean(classifier.predict(rows) == test_labels))
        accuracies[n] = known[n]
    return accuracies
