"""Wrong: removes the images and returns all labels."""

import numpy as np


def sanitize(images, labels, reference):
    known = {image.tobytes() for image in reference}
    keep = np.array([image.tobytes() not in known for image in images])
    return images[keep], labels
