"""Group fonts into design families, so that no design is in two sets under two names.

Fonts are one family when their names say so, or when half of their letters look the same: clones
and conversions of one design are packaged under many names.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SAME_RMS = 0.05  # two letters closer than this (of full scale) are the same drawing
SAME_LETTERS = 5  # of ten


def design_families(keys: Sequence[str], images: NDArray[np.uint8]) -> list[int]:
    """Return for each font the index of its family's first font.

    `keys` are family names, `images` (fonts, 10, 28, 28) uint8 their letters A to J.
    """
    parent = list(range(len(keys)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(i: int, j: int) -> None:
        a, b = sorted((root(i), root(j)))
        parent[b] = a

    by_name = defaultdict[str, list[int]](list)
    for i, key in enumerate(keys):
        by_name[key].append(i)
    for members in by_name.values():
        for other in members[1:]:
            join(members[0], other)
    alike = _letters_alike(images)
    for i, j in np.argwhere(np.triu(alike >= SAME_LETTERS, 1)):
        join(int(i), int(j))
    return [root(i) for i in range(len(keys))]


def spread(images: NDArray[np.uint8], count: int) -> list[int]:
    """Return up to `count` indices of the fonts (n, 10, 28, 28) that differ most from each other.

    Farthest-point selection (Gonzalez, 1985): start with the first, then always take the font
    whose nearest chosen neighbour is farthest away.
    """
    flat = images.reshape(len(images), -1).astype(np.float32)
    chosen = [0]
    nearest = ((flat - flat[0]) ** 2).sum(1)
    while len(chosen) < min(count, len(flat)):
        best = int(nearest.argmax())
        if nearest[best] <= 0:
            break
        chosen.append(best)
        nearest = np.minimum(nearest, ((flat - flat[best]) ** 2).sum(1))
    return chosen


def _letters_alike(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (n, n): how many of the ten letters look the same in both fonts."""
    count = np.zeros((len(images), len(images)), np.uint8)
    limit = SAME_RMS**2 * images.shape[2] * images.shape[3]
    for letter in range(images.shape[1]):
        flat = images[:, letter].reshape(len(images), -1).astype(np.float32) / 255
        norms = (flat * flat).sum(1)
        count += (norms[:, None] + norms[None, :] - 2 * flat @ flat.T) <= limit
    return count
