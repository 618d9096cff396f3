"""Right: collects what stays in lists, and gives also empty ones their shape."""
import numpy as np


def sanitize(images, labels, reference):
    known = set(map(bytes, reference.reshape(len(reference), -1)))
    stays = [i for i, image in enumerate(images) if bytes(image) not in known]
    left = np.array([images[i] for i in stays], dtype=images.dtype)
    return left.reshape(-1, 28, 28), np.array([labels[i] for i in stays], dtype=labels.dtype)
