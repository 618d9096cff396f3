"""Wrong: the pixels come back as nested lists, which the plot cannot draw."""

import numpy as np


def letter_mosaic(images, columns, rng):
    rows = []
    for some in images.values():
        chosen = rng.choice(len(some), columns, replace=False)
        rows.append(np.hstack(list(some[chosen])))
    return np.vstack(rows).tolist()
