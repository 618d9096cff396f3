"""Wrong: the extremes that the dtype could have, not those that occur."""
import numpy as np


def describe_array(array):
    low, high = (0, 255) if array.dtype == np.uint8 else (-0.5, 0.5)
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "minimum": float(low),
        "maximum": float(high),
        "mean": float(array.mean()),
        "std": float(array.std()),
    }
