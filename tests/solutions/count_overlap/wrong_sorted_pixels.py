"""Wrong: a sorted list of pixels for a hash, the same for all images with these pixels."""
import numpy as np


def count_overlap(images, reference):
    known = {hash(np.sort(image, axis=None).tobytes()) for image in reference}
    count = sum(hash(np.sort(image, axis=None).tobytes()) in known for image in images)
    return count, 100 * count / len(images)
