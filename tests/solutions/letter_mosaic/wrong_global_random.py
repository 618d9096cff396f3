"""Wrong: draws from NumPy's global state instead of the generator given."""

import numpy as np


def letter_mosaic(images, columns, rng):
    return np.vstack(
        [np.hstack(list(v[np.random.permutation(len(v))[:columns]])) for v in images.values()]
    )
