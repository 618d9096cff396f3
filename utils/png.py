"""Take the rows of pixels out of small gray PNG files.

A PNG file is a list of chunks: IHDR holds the size and the kind of image, IDAT the pixels. Each row
of pixels is stored as differences to its neighbours, chosen by a filter number 0 to 4 in front of
the row, and the whole is compressed by zlib (ISO/IEC 15948:2004, sections 5, 9 and 11). Here the
rows are decompressed; utils/png_filters.py makes pixels of them. This half needs no NumPy, so that
other processes that share the work are ready in no time.
"""

import struct
import zlib

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


def inflate_all(files: list[bytes]) -> tuple[bytes, dict[int, str]]:
    """Return the filtered rows of all files that can be read, joined, and why others cannot.

    The keys of the dictionary are positions in `files`, the values the reasons.
    """
    rows, reasons = list[bytes](), dict[int, str]()
    for position, data in enumerate(files):
        try:
            rows.append(inflate(data))
        except ValueError as reason:
            reasons[position] = str(reason)
    return b"".join(rows), reasons


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
