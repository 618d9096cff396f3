"""Wrong: the mean of the images' own standard deviations, not that of all pixels."""

import numpy as np


def describe_array(array):
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "minimum": array.min(),
        "maximum": array.max(),
        "mean": array.mean(),
        "std": np.mean([image.std() for image in array]),
    }
