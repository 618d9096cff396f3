"""Wrong: cuts the labels to the right length instead of picking those that belong."""

import numpy as np


def sanitize(images, labels, reference):
    known = {r.tobytes() for r in reference}
    keep = np.array([i.tobytes() not in known for i in images])
    return images[keep], labels[: keep.sum()]
