"""Wrong: also drops the second of two equal images that are not in the reference."""

import numpy as np


def sanitize(images, labels, reference):
    known = {r.tobytes() for r in reference}
    keep = []
    for i in images:
        keep.append(i.tobytes() not in known)
        known.add(i.tobytes())
    keep = np.array(keep)
    return images[keep], labels[keep]
