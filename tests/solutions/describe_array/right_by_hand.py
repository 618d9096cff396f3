"""Right: the standard deviation from its definition."""

import numpy as np


def describe_array(array):
    values = array.astype(np.float64).ravel()
    mean = values.sum() / values.size
    return dict(
        shape=array.shape,
        dtype=array.dtype.name,
        minimum=values.min(),
        maximum=values.max(),
        mean=mean,
        std=np.sqrt(((values - mean) ** 2).mean()),
    )
