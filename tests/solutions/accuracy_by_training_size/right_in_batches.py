"""Right: scores the test set in batches and adds up the hits."""
import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for n in sorted({min(n, len(train_images)) for n in sizes}):
        model = fit_logistic_regression(train_images[:n].copy(), train_labels[:n].copy())
        hits = 0
        for start in range(0, len(test_images), 256):
            batch = test_images[start : start + 256].reshape(-1, 784).astype(np.float64)
            hits += int((model.predict(batch) == test_labels[start : start + 256]).sum())
        result[n] = hits / len(test_images)
    return result
