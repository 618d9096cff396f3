"""Returns an array that is broadcast: many elements, one of them stored."""

import numpy as np


def double(x):
    return np.broadcast_to(np.float64(2.0), (*np.shape(x), 10**12)) if np.ndim(x) else 2
