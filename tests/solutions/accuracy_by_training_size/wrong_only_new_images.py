"""Wrong: trains each classifier on the images that came since the last size."""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    accuracies, before = {}, 0
    for size in sizes:
        n = min(size, len(train_images))
        if n > before:
            classifier = fit_logistic_regression(train_images[before:n], train_labels[before:n])
            accuracies[n] = float(np.mean(classifier.predict(rows) == test_labels))
        before = n
    return accuracies
