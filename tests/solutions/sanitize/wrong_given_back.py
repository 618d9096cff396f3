"""Wrong: hands the arrays given back when there is nothing to remove."""
import numpy as np


def sanitize(images, labels, reference):
    known = {image.tobytes() for image in reference}
    twins = [i for i, image in enumerate(images) if image.tobytes() in known]
    if not twins:
        return images, labels
    return np.delete(images, twins, axis=0), np.delete(labels, twins)
