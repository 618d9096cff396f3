"""Wrong: deviations from the mean are computed in the array's own dtype."""

import numpy as np


def describe_array(array):
    mean = array.mean().astype(array.dtype)
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "minimum": array.min(),
        "maximum": array.max(),
        "mean": array.mean(),
        "std": np.sqrt(((array - mean) ** 2).mean()),
    }
