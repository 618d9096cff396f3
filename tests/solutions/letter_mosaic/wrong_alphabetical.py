"""Wrong: the rows stand in alphabetical order, not in that of the dict."""

import numpy as np


def letter_mosaic(images, columns, rng):
    rows = []
    for letter in sorted(images):
        chosen = rng.choice(len(images[letter]), columns, replace=False)
        rows.append(np.hstack(list(images[letter][chosen])))
    return np.vstack(rows)
