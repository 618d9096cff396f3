"""Wrong: adds up in 16 bits, which are too few for hundreds of bright images."""
import numpy as np


def mean_images(images):
    return np.stack(
        [pictures.sum(axis=0, dtype=np.uint16) / len(pictures) for pictures in images.values()]
    )
