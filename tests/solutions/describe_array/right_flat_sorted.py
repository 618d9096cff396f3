"""Right: the extremes from the sorted values, the variance as mean of squares minus squared mean."""

import numpy as np


def describe_array(array):
    values = np.sort(array, axis=None).astype(float)
    mean = np.mean(values)
    variance = np.mean(values**2) - mean**2
    return {
        "shape": tuple(array.shape),
        "dtype": str(array.dtype),
        "minimum": float(values[0]),
        "maximum": float(values[-1]),
        "mean": float(mean),
        "std": float(variance**0.5),
    }
