"""Wrong: compares how often each label occurs, which an exchange of labels does not change."""

import numpy as np


def count_broken_pairs(images, labels, source_images, source_labels):
    known = {image.tobytes(): int(label) for image, label in zip(source_images, source_labels)}
    expected = [known[i.tobytes()] for i in images if i.tobytes() in known]
    difference = np.bincount(labels, minlength=10) - np.bincount(expected, minlength=10)
    return int(np.maximum(difference, 0).sum())
