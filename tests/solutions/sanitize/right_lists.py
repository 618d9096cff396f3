"""Right: collects what stays in lists."""

import numpy as np


def sanitize(images, labels, reference):
    known = set(map(bytes, reference.reshape(len(reference), -1)))
    stays = [i for i, image in enumerate(images) if image.tobytes() not in known]
    return np.array([images[i] for i in stays]), np.array([labels[i] for i in stays])
