"""Wrong: keeps the overlap and removes the rest."""

import numpy as np


def sanitize(images, labels, reference):
    known = {r.tobytes() for r in reference}
    keep = np.array([i.tobytes() in known for i in images])
    return images[keep], labels[keep]
