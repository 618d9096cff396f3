"""Wrong: goes through a set of bytes, which loses the order and equal images."""

import numpy as np


def sanitize(images, labels, reference):
    label_of = {image.tobytes(): label for image, label in zip(images, labels)}
    left = sorted(set(label_of) - {image.tobytes() for image in reference})
    pixels = np.array([np.frombuffer(one, dtype=images.dtype).reshape(28, 28) for one in left])
    return pixels, np.array([label_of[one] for one in left])
