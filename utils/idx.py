"""IDX, the format of MNIST's files: a magic number, the dimensions, then bytes.

Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits" (1998). All numbers
in the header are big-endian. The magic number is 0, 0, a type code (8 is unsigned byte) and the
number of dimensions: 0x00000803 for images (count, rows, columns), 0x00000801 for labels (count).
"""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from utils.errors import DataError
from utils.files import replacing

UNSIGNED_BYTE = 8
IMAGES, LABELS = "-images-idx3-ubyte", "-labels-idx1-ubyte"


def read_idx_pair(images_path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read `<name>-images-idx3-ubyte[.gz]` and the labels file beside it.

    Returns images (N, rows, columns) uint8 and labels (N,) uint8. Raises DataError when a file is
    missing, damaged, or when the two do not hold the same number of items.
    """
    labels_path = labels_path_of(images_path)
    images, labels = read_idx(images_path, 3), read_idx(labels_path, 1)
    if len(images) != len(labels):
        raise DataError(
            f"{images_path} holds {len(images):,} images but {labels_path} holds {len(labels):,} "
            "labels. The two files do not belong together; get both again from one place."
        )
    return images, labels


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes, plain or gzip-compressed, into an array of its shape.

    `dimensions` is 3 for images and 1 for labels. Raises DataError for any other content.
    """
    data = _read_bytes(path)
    magic = bytes([0, 0, UNSIGNED_BYTE, dimensions])
    start = 4 + 4 * dimensions
    if data[:4] != magic:
        raise DataError(
            f"{path} is not an IDX file of {_kind(dimensions)}: it starts with "
            f"0x{data[:4].hex() or '(nothing)'} instead of 0x{magic.hex()}. Get the file again."
        )
    if len(data) < start:
        raise DataError(f"{path} ends inside its header. Get the file again.")
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    expected, found = int(np.prod(shape, dtype=object)), len(data) - start
    if found != expected:
        what = "is truncated" if found < expected else "is longer than its header says"
        raise DataError(
            f"{path} {what}: shape {shape} needs {expected:,} bytes, {found:,} are there. "
            "Get the file again."
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    """Write a uint8 array of any shape as an IDX file, compressed when the name ends in `.gz`."""
    if array.dtype != np.uint8:
        raise TypeError(f"an IDX file of this course holds uint8, not {array.dtype}")
    header = struct.pack(f">4B{array.ndim}I", 0, 0, UNSIGNED_BYTE, array.ndim, *array.shape)
    data = header + array.tobytes()
    with replacing(path) as file:
        # mtime=0: the same array gives the same file
        file.write(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def find_idx_pairs(folder: Path) -> list[Path]:
    """The images files in `folder`, one for each name. Raises DataError if one has no labels."""
    candidates = sorted(folder.glob(f"*{IMAGES}")) + sorted(folder.glob(f"*{IMAGES}.gz"))
    pairs: dict[str, Path] = {}
    for images_path in candidates:
        labels_path_of(images_path)
        pairs.setdefault(pair_name(images_path), images_path)
    return [pairs[name] for name in sorted(pairs)]


def is_idx(path: Path) -> bool:
    """Whether `path` is named like an IDX file of images."""
    return path.name.removesuffix(".gz").endswith(IMAGES)


def pair_name(images_path: Path) -> str:
    """What the names of both files of a pair begin with: `train` for train-images-idx3-ubyte.gz."""
    return images_path.name.removesuffix(".gz").removesuffix(IMAGES)


def labels_path_of(images_path: Path) -> Path:
    """The labels file that belongs to an images file, compressed or not."""
    for path in _labels_candidates(images_path):
        if path.is_file():
            return path
    raise DataError(
        f"{images_path} has no labels: {pair_name(images_path)}{LABELS}[.gz] is missing beside it. "
        "Put that file into the same folder."
    )


def _labels_candidates(images_path: Path) -> list[Path]:
    plain = images_path.with_name(pair_name(images_path) + LABELS)
    compressed = plain.with_name(plain.name + ".gz")
    return [compressed, plain] if images_path.suffix == ".gz" else [plain, compressed]


def _read_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except FileNotFoundError as problem:
        raise DataError(f"{path} does not exist. Check the name and the folder.") from problem
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise DataError(f"{path} is damaged or truncated ({problem}). Get it again.") from problem
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror or problem}.") from problem


def _kind(dimensions: int) -> str:
    return {1: "labels", 3: "images"}.get(dimensions, f"{dimensions} dimensions")
