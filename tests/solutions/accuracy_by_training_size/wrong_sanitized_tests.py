"""Wrong: leaves out the test images that occur in the training set; the whole test set is asked for.

Hidden only.
"""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    known = {image.tobytes() for image in train_images}
    keep = np.array([image.tobytes() not in known for image in test_images])
    rows = test_images[keep].reshape(keep.sum(), -1)
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        classifier = fit_logistic_regression(train_images[:n], train_labels[:n])
        accuracies[n] = float(np.mean(classifier.predict(rows) == test_labels[keep]))
    return accuracies
