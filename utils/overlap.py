"""Find equal images in two sets, quickly and without a doubt.

Comparing every image with every other takes n times N steps. Instead each image is mapped to one
number, its hash; equal images have equal hashes. Sorting the hashes brings equal ones together, and
only images with equal hashes are compared byte by byte.
"""

import numpy as np
from numpy.typing import NDArray

SEED = 133
WORD = 4  # bytes


def find_equal(images: NDArray, reference: NDArray) -> NDArray[np.int64]:
    """Return for each image the position of the first equal one in `reference`, or -1.

    images: (n, 28, 28), reference: (N, 28, 28), of one dtype; other shapes will do as well when
    they agree beyond the first axis (ValueError if not). Returns (n,). Equal means: the same bytes.

    `(find_equal(test, train) >= 0).mean()` is the share of test images that occur in training too;
    `find_equal(train, train) < np.arange(len(train))` is true where an earlier image is repeated.
    """
    if images.shape[1:] != reference.shape[1:] or images.dtype != reference.dtype:
        raise ValueError(
            f"images of shape {images.shape[1:]} and dtype {images.dtype} cannot equal those of "
            f"shape {reference.shape[1:]} and dtype {reference.dtype}"
        )
    words, reference_words = _words(images), _words(reference)
    hashes, reference_hashes = hash_words(words), hash_words(reference_words)
    order = np.argsort(reference_hashes, kind="stable")  # stable: the first of equals stays first
    ordered = reference_hashes[order]

    found = np.full(len(images), -1, np.int64)
    undecided = np.arange(len(images))
    place = np.searchsorted(ordered, hashes)  # where the hash stands in order, or would stand
    while True:
        inside = place < len(ordered)
        undecided, place = undecided[inside], place[inside]
        same_hash = ordered[place] == hashes[undecided]
        undecided, place = undecided[same_hash], place[same_hash]
        if not len(undecided):
            return found
        equal = (words[undecided] == reference_words[order[place]]).all(axis=1)
        found[undecided[equal]] = order[place[equal]]
        # the others have the hash of a different image (a collision): look at the next place
        undecided, place = undecided[~equal], place[~equal] + 1


def image_hashes(images: NDArray) -> NDArray[np.uint64]:
    """Return the hash of each image, (n,) uint64, for images (n, ...) of any dtype."""
    return hash_words(_words(images))


def hash_words(words: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Hash rows of numbers x_1, x_2, ... (n, k) uint32: the sum of a_i x_i, modulo 2^64.

    The a_i are random 64-bit numbers, always the same ones here. Two different rows have the same
    hash with a probability of at most 2^-33, and of 2^-64 when they differ somewhere by an odd
    number, which nearly all images do (multilinear hashing: J. L. Carter and M. N. Wegman,
    "Universal classes of hash functions", 1979; D. Lemire and O. Kaser, "Strongly universal string
    hashing is fast", 2014).
    """
    factors = np.random.default_rng(SEED).integers(0, 2**64, words.shape[1], dtype=np.uint64)
    return np.einsum("ij,j->i", words, factors)


def _words(images: NDArray) -> NDArray[np.uint32]:
    """The bytes of each image as numbers of 32 bits, (n, k)."""
    count = len(images)
    width = images.dtype.itemsize * int(np.prod(images.shape[1:]))
    rows = np.ascontiguousarray(images).view(np.uint8).reshape(count, width)
    if width % WORD:
        rows = np.pad(rows, ((0, 0), (0, -width % WORD)))
    return rows.view(np.uint32)
