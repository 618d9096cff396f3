"""Right: the most probable of the classes that the classifier knows."""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    found = {}
    for size in [min(n, len(train_labels)) for n in sizes]:
        model = fit_logistic_regression(train_images[:size], train_labels[:size])
        guesses = model.classes_[model.predict_proba(rows).argmax(axis=1)]
        found[size] = np.count_nonzero(guesses == test_labels) / len(rows)
    return found
