"""Undo the filters of PNG's rows of pixels, for thousands of images at once.

Doing the same step for many images is what NumPy is fast at; one image at a time, a call to an
image library would be faster. See utils/png.py for where the rows come from.
"""

import numpy as np
from numpy.typing import NDArray

from utils.png import ROW, SIDE


def unfilter(rows: bytes) -> NDArray[np.uint8]:
    """Undo the row filters of N images at once.

    `rows` holds 28 x 29 bytes for each of them. Returns pixels (N, 28, 28) uint8.
    All arithmetic is modulo 256, which is what uint8 does.
    """
    stored = np.frombuffer(rows, np.uint8).reshape(-1, SIDE, ROW)
    filters = stored[:, :, 0]
    pixels = stored[:, :, 1:].copy()
    above = np.zeros_like(pixels[:, 0])
    for y in range(SIDE):
        row = pixels[:, y]
        for number, undo in UNDO.items():
            chosen = np.flatnonzero(filters[:, y] == number)
            if len(chosen):
                row[chosen] = undo(row[chosen], above[chosen])
        above = row
    return pixels


# Each of these takes one stored row of n images and the pixels above it, (n, 28) uint8 both, and
# returns the row's pixels. The names are those of the PNG standard, section 9.


def _sub(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stored: the difference to the pixel on the left."""
    return np.add.accumulate(row, axis=1, dtype=np.uint8)


def _up(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stored: the difference to the pixel above."""
    return row + above


def _average(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stored: the difference to the average of the two, rounded down."""
    # pixel x of all images side by side in memory, since one column needs the one before
    stored, up = row.T.copy(), above.T.astype(np.int16)
    left = np.zeros_like(up[0])
    for x in range(SIDE):
        stored[x] += ((left + up[x]) >> 1).astype(np.uint8)
        left = stored[x].astype(np.int16)
    return stored.T


def _paeth(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stored: the difference to whichever of left, up and corner is nearest to left+up-corner."""
    stored, up = row.T.copy(), above.T.astype(np.int16)
    left = corner = np.zeros_like(up[0])
    for x in range(SIDE):
        from_left, from_up = up[x] - corner, left - corner
        from_corner = np.abs(from_left + from_up)
        from_left, from_up = np.abs(from_left), np.abs(from_up)
        nearest = np.where(from_left <= from_up, left, up[x])
        nearest = np.where(np.minimum(from_left, from_up) <= from_corner, nearest, corner)
        stored[x] += nearest.astype(np.uint8)
        left, corner = stored[x].astype(np.int16), up[x]
    return stored.T


UNDO = {1: _sub, 2: _up, 3: _average, 4: _paeth}  # 0 stands for rows stored as they are
