"""Wrong: sorts what is left by label, so that the old order is gone."""

import numpy as np


def sanitize(images, labels, reference):
    known = {image.tobytes() for image in reference}
    keep = np.array([image.tobytes() not in known for image in images])
    order = np.argsort(labels[keep], kind="stable")
    return images[keep][order], labels[keep][order]
