"""Wrong: arrays made of lists, which lose shape and dtype when nothing is left."""
import numpy as np


def sanitize(images, labels, reference):
    known = {image.tobytes() for image in reference}
    left, left_labels = [], []
    for image, label in zip(images, labels):
        if image.tobytes() not in known:
            left.append(image)
            left_labels.append(label)
    return np.array(left), np.array(left_labels)
