"""Returns an array of 500 MB, of which the test makes several copies."""

import numpy as np


def double(x):
    return np.zeros(60_000_000)
