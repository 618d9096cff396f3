"""The curated data set: training, validation and test images with their labels, and its file."""

import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from utils.archives import LETTERS, LetterImages, load_letters
from utils.errors import DataError
from utils.files import replacing
from utils.sources import get_archives

DEFAULT_PATH = "data/notMNIST.npz"
FULL_SIZES = (200_000, 10_000, 10_000)  # images for training, validation, test


class Dataset(NamedTuple):
    """Images (N, 28, 28) float32 in [-0.5, 0.5] and labels (N,) int32 in 0..9, three times."""

    train_dataset: NDArray[np.float32]
    train_labels: NDArray[np.int32]
    valid_dataset: NDArray[np.float32]
    valid_labels: NDArray[np.int32]
    test_dataset: NDArray[np.float32]
    test_labels: NDArray[np.int32]


def normalize(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(pixel - 127.5) / 255: bytes 0..255 to float32 in [-0.5, 0.5], same shape."""
    images = pixels.astype(np.float32)
    images -= 127.5  # in place: the full training set is 627 MB
    images /= 255.0
    return images


def to_pixels(images: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The inverse of `normalize`: images in [-0.5, 0.5] to bytes 0..255, rounded, same shape."""
    scaled = images * 255.0
    scaled += 127.5
    return np.rint(scaled, out=scaled).clip(0, 255, out=scaled).astype(np.uint8)


def stack_letters(
    images: dict[str, NDArray[np.uint8]],
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """All letters in one array, A first: images (N, 28, 28) uint8 and labels (N,) int32."""
    counts = [len(images[letter]) for letter in LETTERS]
    labels = np.repeat(np.arange(len(LETTERS), dtype=np.int32), counts)
    return np.concatenate([images[letter] for letter in LETTERS]), labels


def split(
    large: LetterImages,
    small: LetterImages,
    sizes: tuple[int, int, int] | None = None,
    seed: int = 133,
) -> Dataset:
    """Draw balanced training and validation sets from `large`, a balanced test set from `small`.

    Every letter gives the same number of images to each set, chosen and shuffled by `seed`; no
    image of `large` is drawn twice. `sizes` are the totals of training, validation and test. If
    None: 200,000 / 10,000 / 10,000, or, when the smallest letter has too few images for that, one
    tenth of them for validation, the others for training, and all of `small` (at most 10,000) for
    the test. Raises DataError when there are not enough images.
    """
    if _total(small) > _total(large):
        raise DataError(
            f"The small archive has more images ({_total(small):,}) than the large one "
            f"({_total(large):,}). Have the two been swapped?"
        )
    available = _smallest(large), _smallest(small)
    if sizes is None:
        sizes = largest_sizes(*available)
    if any(size % len(LETTERS) or size <= 0 for size in sizes):
        raise DataError(
            f"The sizes {sizes} cannot be balanced: each must be a positive multiple of "
            f"{len(LETTERS)}, the number of letters."
        )
    train, valid, test = (size // len(LETTERS) for size in sizes)
    for which, wanted, there in (
        ("training and validation together", train + valid, available[0]),
        ("the test", test, available[1]),
    ):
        if wanted > there:
            raise DataError(
                f"Not enough images for {which}: {wanted:,} of each letter are asked for, "
                f"and the rarest letter has {there:,}. Ask for smaller sizes, or leave sizes out."
            )
    rng = np.random.default_rng(seed)
    valid_set, train_set = _draw(large, (valid, train), rng)
    (test_set,) = _draw(small, (test,), rng)
    return Dataset(*train_set, *valid_set, *test_set)


def largest_sizes(large: int, small: int) -> tuple[int, int, int]:
    """Default sizes of the sets when the rarest letter has `large` and `small` images."""
    full_train, full_valid, full_test = (size // len(LETTERS) for size in FULL_SIZES)
    valid = min(full_valid, max(1, large // 10))
    train = min(full_train, large - valid)
    test = min(full_test, small)
    if min(train, valid, test) < 1:
        raise DataError(
            "Too few images for a training, a validation and a test set: every letter needs at "
            f"least 2 in the large and 1 in the small archive, the rarest has {large} and {small}."
        )
    return train * len(LETTERS), valid * len(LETTERS), test * len(LETTERS)


def save_dataset(dataset: Dataset, path: str | Path = DEFAULT_PATH) -> None:
    """Write the six arrays to an .npz file; images as bytes, which takes a quarter of the space.

    An earlier file is replaced only when the new one is complete. Raises DataError when the arrays
    do not fit together or the file cannot be written.
    """
    arrays = {name: np.asarray(array) for name, array in dataset._asdict().items()}
    _check(arrays, "The data set was not saved")
    for name, array in arrays.items():
        is_images = name.endswith("dataset")
        arrays[name] = to_pixels(array) if is_images else array.astype(np.int32)
    with replacing(Path(path)) as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_dataset(path: str | Path = DEFAULT_PATH) -> Dataset:
    """Read what `save_dataset` wrote. Raises DataError when it is missing, damaged or other data.

    Pickled objects are refused, since loading them would run whatever code they hold.
    """
    source = Path(path)
    if not source.is_file():
        raise DataError(
            f"{source} is missing. Run notebook 1-1 first, or call prepare_dataset() to make it."
        )
    try:
        with zipfile.ZipFile(source), np.load(source, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in Dataset._fields}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as problem:
        raise DataError(
            f"{source} is damaged or holds other data ({problem}). "
            "Delete it and run notebook 1-1 again, or call prepare_dataset()."
        ) from problem
    for name, array in arrays.items():
        if name.endswith("dataset") and array.dtype == np.uint8:
            arrays[name] = normalize(array)
    _check(arrays, f"{source} cannot be used")
    for name, array in arrays.items():
        wanted = np.float32 if name.endswith("dataset") else np.int32
        arrays[name] = array.astype(wanted, copy=False)
    return Dataset(**arrays)


def prepare_dataset(path: str | Path = DEFAULT_PATH) -> Dataset:
    """Load the data set, or make it first (get the archives, read the letters, split, save).

    Raises DataError.
    """
    target = Path(path)
    if target.exists():
        return load_dataset(target)
    print(f"{target} is not there yet, so it is made now, as notebook 1-1 does.")
    archives = get_archives(target.parent)
    large, small = load_letters(archives.large), load_letters(archives.small)
    dataset = split(large, small)
    save_dataset(dataset, target)
    print(
        f"{target} holds {len(dataset.train_labels):,} training, {len(dataset.valid_labels):,} "
        f"validation and {len(dataset.test_labels):,} test images; "
        f"{len(large.unreadable) + len(small.unreadable)} unreadable files were skipped."
    )
    return dataset


def _smallest(letters: LetterImages) -> int:
    return min(len(letters.images[letter]) for letter in LETTERS)


def _total(letters: LetterImages) -> int:
    return sum(len(letters.images[letter]) for letter in LETTERS)


def _draw(
    letters: LetterImages, counts: tuple[int, ...], rng: np.random.Generator
) -> list[tuple[NDArray[np.float32], NDArray[np.int32]]]:
    """For each count, a set with that many images per letter, without drawing an image twice."""
    orders = {letter: rng.permutation(len(letters.images[letter])) for letter in LETTERS}
    sets, start = [], 0
    for count in counts:
        chosen = {
            letter: letters.images[letter][orders[letter][start : start + count]]
            for letter in LETTERS
        }
        images, labels = stack_letters(chosen)
        order = rng.permutation(len(labels))  # one order for both keeps them together
        sets.append((normalize(images[order]), labels[order]))
        start += count
    return sets


def _check(arrays: dict[str, NDArray], trouble: str) -> None:
    """Raise DataError, beginning with `trouble`, unless the arrays are as Dataset describes."""
    for name in Dataset._fields:
        array = arrays[name]
        if name.endswith("dataset"):
            good = array.shape == (len(array), 28, 28) and len(array) and array.dtype.kind == "f"
            lowest, highest, rounding = -0.5, 0.5, 1e-3
            wanted = "images of shape (N, 28, 28), floating-point numbers from -0.5 to 0.5"
        else:
            images = arrays[name.replace("labels", "dataset")]
            good = array.shape == (len(images),) and array.dtype.kind in "iu"
            lowest, highest, rounding = 0, len(LETTERS) - 1, 0
            wanted = f"{len(images):,} labels, whole numbers from 0 to {highest}"
        # written so that NaN, which compares false with everything, is not good either
        if not (good and array.min() >= lowest - rounding and array.max() <= highest + rounding):
            raise DataError(
                f"{trouble}: {name} should hold {wanted}; it has shape {array.shape} and dtype "
                f"{array.dtype}{_range(array)}. Make it again with notebook 1-1 or "
                "prepare_dataset()."
            )


def _range(array: NDArray) -> str:
    if not array.size or array.dtype.kind not in "iuf":
        return ""
    return f", with values from {array.min():g} to {array.max():g}"
