"""Right: einsum adds up in float64."""
import numpy as np


def mean_images(images):
    result = np.zeros((len(images), 28, 28))
    for row, pictures in enumerate(images.values()):
        result[row] = np.einsum("nij->ij", pictures.astype(float)) / len(pictures)
    return result
