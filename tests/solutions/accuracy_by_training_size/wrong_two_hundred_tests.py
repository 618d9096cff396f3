"""Wrong: 200 random test images give a fair estimate, but not the accuracy on the whole set.

Hidden only.
"""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rng = np.random.default_rng(0)
    chosen = rng.permutation(len(test_images))[:200]
    rows = test_images[chosen].reshape(len(chosen), -1)
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        classifier = fit_logistic_regression(train_images[:n], train_labels[:n])
        accuracies[n] = float(np.mean(classifier.predict(rows) == test_labels[chosen]))
    return accuracies
