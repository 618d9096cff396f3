"""Decode small gray PNG images, many at a time.

A PNG file is a list of chunks: IHDR holds the size and the kind of image, IDAT the pixels. Each row
of pixels is stored as differences to its neighbours, chosen by a filter number 0 to 4 in front of
the row, and the whole is compressed by zlib (ISO/IEC 15948:2004, sections 5, 9 and 11).
Decompressing is done file by file; undoing the filters is done for thousands of images at once,
which makes NumPy faster here than a call to an image library per file.
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIDE = 28
ROW = 1 + SIDE  # a filter number and the pixels
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY_8_BIT = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
COLOUR_TYPES = {0: "gray", 2: "colour", 3: "palette", 4: "gray with alpha", 6: "colour with alpha"}


def inflate(data: bytes) -> bytes:
    """Return the filtered rows, 28 x 29 bytes, of a 28x28 8-bit gray PNG file.

    Raises ValueError saying why when `data` is anything else.
    """
    if not data:
        raise ValueError("the file is empty")
    if data[:8] != SIGNATURE:
        raise ValueError("not a PNG file")
    compressed, position, header = b"", 8, b""
    while True:
        kind, body = data[position + 4 : position + 8], b""
        if kind == b"IEND":
            break
        if len(kind) < 4:
            raise ValueError("the file is truncated")
        (length,) = struct.unpack_from(">I", data, position)
        end = position + 8 + length
        if end + 4 > len(data):
            raise ValueError("the file is truncated")
        body = data[position + 8 : end]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(data[end : end + 4], "big"):
            raise ValueError("a checksum is wrong")
        if kind == b"IDAT":
            compressed = compressed + body if compressed else body
        elif kind == b"IHDR":
            header = body
            if header != GRAY_8_BIT:
                raise ValueError(_describe(header))
        position = end + 4
    if not header:
        raise ValueError("the header is missing")
    try:
        rows = zlib.decompress(compressed, bufsize=SIDE * ROW)
    except zlib.error as problem:
        raise ValueError("the pixels cannot be decompressed") from problem
    if len(rows) != SIDE * ROW or max(rows[::ROW]) > 4:
        raise ValueError("the pixels are damaged")
    return rows


def unfilter(rows: bytes) -> NDArray[np.uint8]:
    """Undo the row filters of N images at once.

    `rows` is what `inflate` returned for each of them, joined. Returns pixels (N, 28, 28) uint8.
    All arithmetic is modulo 256, which is what uint8 does.
    """
    stored = np.frombuffer(rows, np.uint8).reshape(-1, SIDE, ROW)
    # pixel (y, x) of all N images side by side in memory: one NumPy operation treats them all
    pixels = np.ascontiguousarray(stored.transpose(1, 2, 0))
    filters, pixels = pixels[:, 0], pixels[:, 1:]
    above = np.zeros_like(pixels[0])
    for y in range(SIDE):
        for number, undo in enumerate((None, _sub, _up, _average, _paeth)):
            chosen = np.flatnonzero(filters[y] == number)
            if undo and len(chosen) == len(above[0]):
                undo(pixels[y], above)
            elif undo and len(chosen):
                row = pixels[y][:, chosen]
                undo(row, above[:, chosen])
                pixels[y][:, chosen] = row
        above = pixels[y]
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


# Each of these turns one stored row of n images, (28, n), into pixels, in place. `above` is the
# row of pixels over it. The names are those of the PNG standard.


def _sub(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> None:
    np.add.accumulate(row, axis=0, out=row, dtype=np.uint8)


def _up(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> None:
    row += above


def _average(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> None:
    row[0] += above[0] >> 1
    for x in range(1, SIDE):
        # floor((left + above) / 2) without leaving 8 bits
        left, up = row[x - 1], above[x]
        row[x] += (left & up) + ((left ^ up) >> 1)


def _paeth(row: NDArray[np.uint8], above: NDArray[np.uint8]) -> None:
    row[0] += above[0]
    wide = above.astype(np.int16)
    for x in range(1, SIDE):
        left, up, corner = row[x - 1].astype(np.int16), wide[x], wide[x - 1]
        # distances of left + up - corner to each of the three
        to_left, to_up = np.abs(up - corner), np.abs(left - corner)
        to_corner = np.abs(left + up - 2 * corner)
        nearest = np.where(to_up <= to_corner, up, corner)
        nearest = np.where((to_left <= to_up) & (to_left <= to_corner), left, nearest)
        row[x] += nearest.astype(np.uint8)


def _describe(header: bytes) -> str:
    """Why an image with this IHDR is not one of notMNIST's."""
    if len(header) != 13:
        return "the header is damaged"
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if (width, height) != (SIDE, SIDE):
        return f"{width}x{height} pixels instead of {SIDE}x{SIDE}"
    if (depth, colour) != (8, 0):
        return f"{depth}-bit {COLOUR_TYPES.get(colour, 'unknown')} instead of 8-bit gray"
    return "interlaced" if interlaced else "an unknown compression"
