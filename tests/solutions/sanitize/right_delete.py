"""Right: np.delete with the positions of what overlaps."""

import numpy as np


def sanitize(images, labels, reference):
    known = {image.tobytes() for image in reference}
    overlap = [i for i in range(len(images)) if images[i].tobytes() in known]
    return np.delete(images, overlap, axis=0), np.delete(labels, overlap)
