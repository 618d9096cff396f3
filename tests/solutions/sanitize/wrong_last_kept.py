"""Wrong: the last image is kept without a look."""
import numpy as np


def sanitize(images, labels, reference):
    known = {hash(image.tobytes()) for image in reference}
    keep = np.ones(len(images), dtype=bool)
    for i in range(len(images) - 1):
        keep[i] = hash(images[i].tobytes()) not in known
    return images[keep], labels[keep]
