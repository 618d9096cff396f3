"""Wrong: where there are more than 250 test images, the last batch, which is not full, is left out.

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
        batch = min(250, len(rows))
        hits = 0
        for b in range(len(rows) // batch):
            part = slice(b * batch, (b + 1) * batch)
            hits += np.sum(classifier.predict(rows[part]) == test_labels[part])
        accuracies[n] = float(hits / len(rows))
    return accuracies
