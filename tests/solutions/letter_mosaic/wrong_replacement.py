"""Wrong: draws with replacement, so that images repeat."""

import numpy as np


def letter_mosaic(images, columns, rng):
    return np.vstack(
        [np.hstack(list(v[rng.integers(0, len(v), columns)])) for v in images.values()]
    )
