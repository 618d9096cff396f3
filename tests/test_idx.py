"""IDX files: what is written can be read, and everything else is refused in one sentence."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from utils.errors import DataError
from utils.idx import find_idx_pairs, read_idx, read_idx_pair, write_idx

IMAGES = np.arange(3 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(3, 28, 28)
LABELS = np.array([7, 0, 9], np.uint8)


def write_pair(folder: Path, name: str = "train", suffix: str = ".gz") -> Path:
    path = folder / f"{name}-images-idx3-ubyte{suffix}"
    write_idx(path, IMAGES)
    write_idx(folder / f"{name}-labels-idx1-ubyte{suffix}", LABELS)
    return path


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_pair_comes_back_as_it_was_written(tmp_path: Path, suffix: str) -> None:
    images, labels = read_idx_pair(write_pair(tmp_path, suffix=suffix))
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)
    assert images.dtype == labels.dtype == np.uint8


def test_the_bytes_are_those_of_the_format(tmp_path: Path) -> None:
    write_idx(tmp_path / "x", IMAGES)
    data = (tmp_path / "x").read_bytes()
    assert data[:16] == struct.pack(">IIII", 0x803, 3, 28, 28)
    assert data[16:] == IMAGES.tobytes()
    write_idx(tmp_path / "y", LABELS)
    assert (tmp_path / "y").read_bytes() == struct.pack(">II", 0x801, 3) + bytes([7, 0, 9])


def test_the_same_array_gives_the_same_compressed_file(tmp_path: Path) -> None:
    write_idx(tmp_path / "a.gz", IMAGES)
    write_idx(tmp_path / "b.gz", IMAGES)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert (tmp_path / "a.gz").read_bytes()[4:8] == bytes(4)  # no time of writing


def test_one_file_of_a_pair_may_be_compressed_and_the_other_not(tmp_path: Path) -> None:
    path = write_pair(tmp_path, suffix="")
    labels = tmp_path / "train-labels-idx1-ubyte"
    labels.with_name(labels.name + ".gz").write_bytes(gzip.compress(labels.read_bytes()))
    labels.unlink()
    assert len(read_idx_pair(path)[1]) == 3


def test_only_unsigned_bytes_are_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="float32"):
        write_idx(tmp_path / "x", IMAGES.astype(np.float32))  # type: ignore[arg-type]
    assert not (tmp_path / "x").exists()


HEADER = struct.pack(">IIII", 0x803, 3, 28, 28)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not an IDX file of images"),
        (struct.pack(">II", 0x801, 3) + bytes(3), "0x00000801 instead of 0x00000803"),
        (b"\x89PNG\r\n\x1a\n", "not an IDX file of images"),
        (HEADER[:10], "ends inside its header"),
        (HEADER + bytes(3 * 28 * 28 - 1), "is truncated"),
        (HEADER + bytes(3 * 28 * 28 + 1), "longer than its header says"),
        (struct.pack(">IIII", 0x803, 2**32 - 1, 2**32 - 1, 2**32 - 1), "is truncated"),
    ],
)
def test_other_content_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        read_idx(path, 3)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("damage", [lambda data: data[:-20], lambda data: b"plain" + data])
def test_damaged_compression_is_refused(tmp_path: Path, damage) -> None:
    path = write_pair(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match="damaged or truncated"):
        read_idx_pair(path)


def test_counts_must_agree(tmp_path: Path) -> None:
    path = write_pair(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte.gz", LABELS[:2])
    with pytest.raises(DataError, match=r"holds 3 images but .* holds 2 labels"):
        read_idx_pair(path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    path = write_pair(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\[\.gz\] is missing"):
        read_idx_pair(path)
    with pytest.raises(DataError, match="has no labels"):
        find_idx_pairs(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        read_idx(tmp_path / "nothing", 3)


def test_pairs_are_found_by_name(tmp_path: Path) -> None:
    assert find_idx_pairs(tmp_path) == []
    assert find_idx_pairs(tmp_path / "no-folder") == []
    expected = [write_pair(tmp_path, "t10k", ".gz"), write_pair(tmp_path, "train", "")]
    write_pair(tmp_path, "train", ".gz")  # twice the same: the plain one is quicker
    assert find_idx_pairs(tmp_path) == expected
