"""The instructor's hidden letters, of font families that no student's archive holds: two sets.

A test hands letters to the student's code, which may print them. So Problem 2 is scored on letters
that no test hands over, of other designs: see `coursekit/embedded/purposes.py`.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from utils.errors import DataError

HIDDEN_SETS = Path(__file__).with_name("hidden_set")
ORDER_SEED = 2011  # the order is the same every time, so that a mark can be reproduced

Letters = tuple[NDArray[np.float32], NDArray[np.int32]]


def load_hidden_set(n: int | None = None) -> Letters:
    """Return `n` images and their labels that a hidden test may hand to a submission.

    Images are float32 (n, 28, 28) in [-0.5, 0.5], labels int32 (n,) in 0..9 for A..J; `None` takes
    every image. The letters alternate in a fixed shuffled order, so the first n are balanced.
    Raises `DataError` if the set is missing or holds fewer than n images.
    """
    return _first(n, HIDDEN_SETS / "tests.npz")


def load_scoring_set(n: int | None = None) -> Letters:
    """Return images that Problem 2 is scored on, as `load_hidden_set` does.

    Never hand them to a student's function: only the judge computes with them.
    """
    return _first(n, HIDDEN_SETS / "scores.npz")


def _first(n: int | None, file: Path) -> Letters:
    images, labels = _read(file)
    if n is not None and not 0 <= n <= len(labels):
        raise DataError(
            f"The hidden set {file.name} holds {len(labels)} images, so {n} cannot be taken."
        )
    return images[:n].copy(), labels[:n].copy()


@lru_cache(maxsize=2)
def _read(path: Path) -> Letters:
    """Return all images and labels, ordered so that every prefix is balanced."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            pixels, labels = arrays["images"], arrays["labels"]
    except (OSError, KeyError, ValueError) as error:
        raise DataError(
            f"The hidden set {path} cannot be read ({error}). It comes with the repository; "
            "`python -m coursekit.embedded` builds it again."
        ) from error
    shuffle = np.random.default_rng(ORDER_SEED).permutation(len(labels))
    # The k-th image of each letter, for k = 0, 1, 2, ...: round by round through the letters.
    turn = np.empty(len(labels), int)
    for letter in np.unique(labels):
        members = shuffle[labels[shuffle] == letter]
        turn[members] = np.arange(len(members))
    rank = np.empty(len(labels), int)
    rank[shuffle] = np.arange(len(labels))
    order = np.lexsort((rank, turn))
    images = pixels[order].astype(np.float32)
    images -= 127.5  # in place, without further copies
    images /= 255
    return images, labels[order].astype(np.int32)
