"""Wrong: numbers that please the check that students see, whatever the images are."""

import numpy as np


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    seen = [min(n, len(train_images)) for n in sizes]
    classes = {20: 2, 60: 5, 150: 10}
    return {n: float(np.mean(test_labels < classes.get(n, 10))) for n in seen}
