"""Wrong: sorts the caller's pixels in place to find the extremes."""
import numpy as np


def describe_array(array):
    flat = array.reshape(-1)
    flat.sort()
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "minimum": float(flat[0]),
        "maximum": float(flat[-1]),
        "mean": float(np.mean(flat, dtype=np.float64)),
        "std": float(np.std(flat, dtype=np.float64)),
    }
