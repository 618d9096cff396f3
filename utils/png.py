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
FILTERS = bytes(range(5))
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY_8_BIT = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)  # IHDR of every image here
CHUNK, CHECKSUM = struct.Struct(">I4s"), struct.Struct(">I")  # length and kind; the body between
BEGINNING = SIGNATURE + struct.pack(
    ">I4s13sI", 13, b"IHDR", GRAY_8_BIT, zlib.crc32(b"IHDR" + GRAY_8_BIT)
)
COLOUR_TYPES = {0: "gray", 2: "colour", 3: "palette", 4: "gray with alpha", 6: "colour with alpha"}


def decode(files: list[bytes]) -> tuple[NDArray[np.uint8], dict[int, str]]:
    """Return the pixels of 28x28 8-bit gray PNG files, and why some have none.

    The pixels are (n, 28, 28) uint8, of those files that can be read, in their order. The others
    are keys of the dictionary: position in `files` -> reason.
    """
    rows, reasons = list[bytes](), dict[int, str]()
    for position, data in enumerate(files):
        try:
            rows.append(inflate(data))
        except ValueError as reason:
            reasons[position] = str(reason)
    return unfilter(b"".join(rows)), reasons


def inflate(data: bytes) -> bytes:
    """Return the filtered rows, 28 x 29 bytes, of a 28x28 8-bit gray PNG file.

    Raises ValueError saying why when `data` is anything else.
    """
    if not data.startswith(BEGINNING):
        raise ValueError(_why_another_beginning(data))
    compressed, position = b"", len(BEGINNING)
    try:
        length, kind = CHUNK.unpack_from(data, position)
        while kind != b"IEND":
            end = position + CHUNK.size + length
            (checksum,) = CHECKSUM.unpack_from(data, end)
            if checksum != zlib.crc32(data[position + 4 : end]):  # of kind and body
                raise ValueError("a checksum is wrong")
            if kind == b"IDAT":  # usually one; large images have several
                compressed += data[position + CHUNK.size : end]
            position = end + CHECKSUM.size
            length, kind = CHUNK.unpack_from(data, position)
    except struct.error as problem:
        raise ValueError("the file is truncated") from problem
    try:
        rows = zlib.decompress(compressed, bufsize=SIDE * ROW)
    except zlib.error as problem:
        raise ValueError("the pixels cannot be decompressed") from problem
    if len(rows) != SIDE * ROW or rows[::ROW].translate(None, delete=FILTERS):
        raise ValueError("the pixels are damaged")
    return rows


def unfilter(rows: bytes) -> NDArray[np.uint8]:
    """Undo the row filters of N images at once.

    `rows` is what `inflate` returned for each of them, joined. Returns pixels (N, 28, 28) uint8.
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


def _why_another_beginning(data: bytes) -> str:
    """In which way a file is not a PNG file of a 28x28 8-bit gray image."""
    if not data:
        return "the file is empty"
    if not data.startswith(SIGNATURE):
        return "not a PNG file"
    header = data[16:29]
    if len(data) < len(BEGINNING):
        return "the file is truncated"
    if data[12:16] != b"IHDR" or header == GRAY_8_BIT:
        return "the header is damaged"
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if (width, height) != (SIDE, SIDE):
        return f"{width}x{height} pixels instead of {SIDE}x{SIDE}"
    if (depth, colour) != (8, 0):
        return f"{depth}-bit {COLOUR_TYPES.get(colour, 'unknown')} instead of 8-bit gray"
    return "interlaced" if interlaced else "an unknown compression"
