"""Find the nearest image in another set: exact, for millions of pairs a second.

Near-duplicates, such as one letter of one font drawn a tenth of a pixel apart, have different
bytes and different hashes. A distance finds them. The one here is the root mean square (RMS)
difference of the P pixels,

    d(x, r) = sqrt(|x - r|^2 / P)    with    |x - r|^2 = |x|^2 + |r|^2 - 2 x.r

and the products x.r of many images with many others are one matrix product, which NumPy hands to
BLAS, the fastest code on a computer and one that uses all its cores.

Why not a perceptual hash, which keeps a few bits of a picture and looks those up? Because these
pictures are alike in the coarse: white letters on black, all of one size. What such a hash keeps of
an A is what it keeps of many another A, so it calls many more pairs equal than are, and misses
others. The distance takes half a minute for all pairs of the full set, on two cores.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from utils.dataset import normalize
from utils.files import progress_bar

NEAR = 0.04  # images less different than this look the same to the eye
IMAGES, REFERENCES = 1024, 4096  # sizes of a block; its products take 16 MB


class Neighbours(NamedTuple):
    """The nearest reference image of each of n images."""

    distance: NDArray[np.float32]  # (n,) RMS difference of the pixels, from 0 to 1
    position: NDArray[np.int64]  # (n,) where it stands in the reference


def nearest(images: NDArray, reference: NDArray, progress: bool = True) -> Neighbours:
    """Return the nearest reference image of every image, and how different the two are.

    images: (n, 28, 28), reference: (N, 28, 28) with N at least 1, each either uint8 pixels or
    float32 in [-0.5, 0.5]. Time grows with n times N; memory does not grow with N. Raises
    ValueError for sets that do not fit together.

    The products are rounded to float32, which can hide differences below 0.0005, an eighth of a
    gray level: of several reference images that are equally near but for this, any may be found.
    The distance to it is then computed without that error.
    """
    if images.shape[1:] != reference.shape[1:] or not len(reference):
        raise ValueError(
            f"the nearest of {len(reference)} images of shape {reference.shape[1:]} cannot be found"
            f" for images of shape {images.shape[1:]}"
        )
    rows = _rows(images)
    smallest = np.full(len(rows), np.inf, np.float32)  # of |r|^2 - 2 x.r; |x|^2 changes nothing
    position = np.zeros(len(rows), np.int64)
    with progress_bar(len(reference), "nearest images", unit=" images", show=progress) as bar:
        for start in range(0, len(reference), REFERENCES):
            block = _rows(reference[start : start + REFERENCES])
            squares = np.einsum("ij,ij->i", block, block)
            block *= -2
            for first in range(0, len(rows), IMAGES):
                part = slice(first, first + IMAGES)
                products = rows[part] @ block.T  # (IMAGES, REFERENCES)
                products += squares
                best = products.argmin(axis=1)
                value = products[np.arange(len(best)), best]
                closer = value < smallest[part]
                smallest[part][closer] = value[closer]
                position[part][closer] = start + best[closer]
            bar.update(len(block))
    return Neighbours(rms(images, reference, position), position)


def rms(images: NDArray, reference: NDArray, position: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return d(images[i], reference[position[i]]) for every i, (n,) float32."""
    distance = np.empty(len(images), np.float32)
    for first in range(0, len(images), IMAGES):
        part = slice(first, first + IMAGES)
        difference = _rows(images[part]) - _rows(reference[position[part]])
        distance[part] = np.sqrt(np.mean(difference**2, axis=1))
    return distance


def _rows(images: NDArray) -> NDArray[np.float32]:
    """A copy of the images as rows of float32 in [-0.5, 0.5], (n, 784)."""
    values = normalize(images) if images.dtype == np.uint8 else images.astype(np.float32)
    return values.reshape(len(images), math.prod(images.shape[1:]))
