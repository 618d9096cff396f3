"""Where the images come from: files you have, the official download, or the embedded set."""

import filecmp
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils.archives import LETTERS
from utils.download import download, has_known_checksum, remember_checksum
from utils.errors import DataError
from utils.files import replacing
from utils.idx import IMAGES, LABELS, find_idx_pairs, pair_name, read_idx_pair, write_idx
from utils.targz import check_archive

__all__ = ["LETTERS", "Archives", "get_archives"]

LARGE, SMALL = "notMNIST_large.tar.gz", "notMNIST_small.tar.gz"
OFFICIAL_URL = "https://commondatastorage.googleapis.com/books1000/"
OFFICIAL_SIZES = {LARGE: 247_336_696, SMALL: 8_458_043}  # bytes
EMBEDDED = Path(__file__).parent / "embedded"
NEXT_SOURCE = (
    "Run this again to go on, or set NOTMNIST_SOURCE=embedded to use the embedded archives."
)
AS_LETTERS = "; their labels 0 to 9 stand where A to J do"
SPLIT_SHARE, SPLIT_SEED = 0.8, 133  # how a single pair of IDX files is divided


class Archives(NamedTuple):
    """The two halves of the data, each to be read by `load_letters`."""

    large: Path  # for training and validation
    small: Path  # for testing
    origin: str  # "local", "download", "embedded" or "idx"


def get_archives(
    data_dir: str | Path = "data", source: str | None = None, base_url: str = OFFICIAL_URL
) -> Archives:
    """Find the archives of notMNIST, and print one sentence saying which and why.

    The first of these that works: files in `data_dir` (archives of notMNIST, or pairs of IDX files
    such as MNIST's), the official download, the embedded archives that came with this course. Both
    archives come from the same source. `source`, or the environment variable NOTMNIST_SOURCE, asks
    for "local", "download" or "embedded" only. No file of yours is ever overwritten. Raises
    DataError.
    """
    folder = Path(data_dir)
    chosen = source or os.environ.get("NOTMNIST_SOURCE") or None
    if chosen == "local":
        archives, sentence = _local(folder)
    elif chosen == "download":
        archives, sentence = _download(folder, base_url)
    elif chosen == "embedded":
        archives, sentence = _embedded(folder)
    elif chosen is None:
        archives, sentence = _first_that_works(folder, base_url)
    else:
        raise DataError(
            f"There is no source {chosen!r}. NOTMNIST_SOURCE (or source=) can be "
            "local, download or embedded, or be left out."
        )
    print(f"{sentence}.")
    return archives


# Each source returns what it found and a sentence about it, without the full stop.


def _first_that_works(folder: Path, base_url: str) -> tuple[Archives, str]:
    present = [folder / name for name in (LARGE, SMALL) if (folder / name).is_file()]
    copies = [path for path in present if _is_embedded_copy(path)]
    if find_idx_pairs(folder) or (len(present) == 2 and len(copies) != 1):
        return _local(folder)  # damaged files are for their owner to see to: no other source
    if present and present == copies:
        return _embedded(folder)
    try:
        return _download(folder, base_url)
    except DataError as problem:
        archives, sentence = _embedded(folder)
        reason = str(problem).removesuffix(NEXT_SOURCE).rstrip(" .")
        return archives, f"{sentence}, because: {reason}"


def _local(folder: Path) -> tuple[Archives, str]:
    """What lies in `folder` already."""
    pairs = find_idx_pairs(folder)
    if pairs:
        return _idx(folder, pairs)
    archives = Archives(folder / LARGE, folder / SMALL, "local")
    for path in archives[:2]:
        if not path.is_file():
            raise DataError(
                f"{path} is missing. Put {LARGE} and {SMALL} (or IDX files) into {folder}, "
                "or choose another source with NOTMNIST_SOURCE=download or embedded."
            )
    if archives.large.stat().st_size <= archives.small.stat().st_size:
        raise DataError(
            f"{archives.large} is not larger than {archives.small}. Have the two been swapped, or "
            "is one a copy of the other? Give them their right names, or get them again."
        )
    copies = [_is_embedded_copy(path) for path in archives[:2]]
    for path, is_copy in zip(archives[:2], copies, strict=True):
        if not is_copy:
            _check(path)
    if all(copies):
        what = "copies of the embedded ones; NOTMNIST_SOURCE=download gets the official ones"
    elif all(_is_official_size(path) for path in archives[:2]):
        what = "of the official size"
    else:
        what = "neither the official nor the embedded ones"
    return archives, f"Using the archives found in {folder} ({what})"


def _idx(folder: Path, pairs: list[Path]) -> tuple[Archives, str]:
    """Pairs of IDX files: MNIST's train and t10k, or one pair that is divided here."""
    by_name = {pair_name(path): path for path in pairs}
    if {"train", "t10k"} <= by_name.keys():
        archives = Archives(by_name["train"], by_name["t10k"], "idx")
        return archives, f"Using the IDX files train and t10k found in {folder}{AS_LETTERS}"
    if len(pairs) > 1:
        raise DataError(
            f"{folder} holds several pairs of IDX files ({', '.join(by_name)}). Leave one of them, "
            f"or name two of them train{IMAGES} and t10k{IMAGES} (and their labels likewise)."
        )
    name, path = next(iter(by_name.items()))
    large, small = _divide(path, folder / f"{name}-divided")
    return Archives(large, small, "idx"), (
        f"Using the IDX files {name} found in {folder}, "
        f"{SPLIT_SHARE:.0%} of each class as the large and the rest as the small archive"
        f"{AS_LETTERS}"
    )


def _divide(path: Path, folder: Path) -> tuple[Path, Path]:
    """Divide a pair of IDX files into two pairs in `folder`, with 80 % and 20 % of each class.

    Every class gives as many images as the smallest one has. The same files give the same halves.
    """
    images, labels = read_idx_pair(path)
    rng = np.random.default_rng(SPLIT_SEED)
    classes = [rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    count = min((len(rows) for rows in classes), default=0)
    cut = round(SPLIT_SHARE * count)
    if not 0 < cut < count:
        raise DataError(
            f"{path} is too small to be divided: each class needs a few images, and the smallest "
            f"has {count}. Use another data set."
        )
    halves = []
    for name, part in (("train", slice(cut)), ("t10k", slice(cut, count))):
        rows = np.sort(np.concatenate([chosen[part] for chosen in classes]))
        halves.append(folder / (name + IMAGES))
        write_idx(halves[-1], images[rows])
        write_idx(folder / (name + LABELS), labels[rows])
    return halves[0], halves[1]


def _download(folder: Path, base_url: str) -> tuple[Archives, str]:
    """The official archives; those of the right size that are there already are kept."""
    archives = Archives(folder / LARGE, folder / SMALL, "download")
    missing = [path for path in archives[:2] if not _is_official_size(path)]
    for path in archives[:2]:
        if path not in missing:
            _check(path)
        elif path.exists() and not _is_embedded_copy(path):
            raise DataError(
                f"{path} is not the official archive ({OFFICIAL_SIZES[path.name]:,} bytes), and "
                f"the download would overwrite it. Move it away first. {NEXT_SOURCE}"
            )
    for path in missing:
        url = f"{base_url.rstrip('/')}/{path.name}"
        size = OFFICIAL_SIZES[path.name]
        download(url, path, size, check=check_archive, next_source=NEXT_SOURCE)
    if missing:
        return archives, f"Using the official archives, downloaded from {base_url} to {folder}"
    return archives, f"Using the official archives found in {folder}"


def _embedded(folder: Path) -> tuple[Archives, str]:
    """The archives that came with the course, copied to `folder` unless other ones are there."""
    originals = [EMBEDDED / LARGE, EMBEDDED / SMALL]
    for original in originals:
        if not original.is_file():
            raise DataError(
                f"The embedded archive {original} is missing. Unpack the course's archive again, "
                f"or put {LARGE} and {SMALL} into {folder}."
            )
    copies = [folder / LARGE, folder / SMALL]
    if any(copy.exists() and not _is_embedded_copy(copy) for copy in copies):
        archives = Archives(originals[0], originals[1], "embedded")
        return archives, (
            f"Using the embedded archives where they are, in {EMBEDDED.parent.name}/"
            f"{EMBEDDED.name}, and leaving the other archives in {folder} alone"
        )
    for original, copy in zip(originals, copies, strict=True):
        if not copy.exists():
            with original.open("rb") as source, replacing(copy) as file:
                shutil.copyfileobj(source, file)
    archives = Archives(copies[0], copies[1], "embedded")
    return archives, f"Using the embedded archives, copied to {folder}"


def _check(path: Path) -> None:
    """Raise DataError if the archive is damaged or not what it was when it was downloaded."""
    if not has_known_checksum(path):
        check_archive(path)
        if _is_official_size(path):
            remember_checksum(path)


def _is_official_size(path: Path) -> bool:
    return path.is_file() and path.stat().st_size == OFFICIAL_SIZES[path.name]


def _is_embedded_copy(path: Path) -> bool:
    original = EMBEDDED / path.name
    return path.is_file() and original.is_file() and filecmp.cmp(path, original, shallow=False)
