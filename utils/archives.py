"""Load the letters of notMNIST straight from an archive, without unpacking it to disk.

notMNIST (Y. Bulatov, 2011) comes as tar.gz archives of half a million small PNG files in folders A
to J. Unpacking them takes longer than reading them, so the archive is streamed: one thread
decompresses ahead, the other walks from file to file and keeps only pixels and names.
"""

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from utils import png
from utils.errors import DataError
from utils.files import progress_bar
from utils.idx import is_idx, read_idx_pair
from utils.targz import FILE, FOLDER, Member, members

LETTERS = "ABCDEFGHIJ"  # the label of a letter is its position in this string

BATCH = 8192  # images of one letter whose row filters are undone together


class LetterImages(NamedTuple):
    """What was read from one archive. Every dictionary has the keys "A" to "J"."""

    images: dict[str, NDArray[np.uint8]]  # pixels (n, 28, 28), 0 is black
    names: dict[str, list[str]]  # where in the archive images[letter][i] comes from
    unreadable: list[str]  # "name: reason" for everything that was skipped


def load_letters(archive: str | Path, progress: bool = True) -> LetterImages:
    """Read all letters from a tar.gz archive of PNG files, or from a pair of IDX files.

    Files that are not 28x28 8-bit gray PNG images, and entries that no honest archive has (links,
    devices, paths leading out of it), are skipped and listed in `unreadable`. Raises DataError when
    the archive is missing or damaged, or has no image for a letter.
    """
    path = Path(archive)
    loaded = _load_idx(path) if is_idx(path) else _load_tar(path, progress)
    for letter, images in loaded.images.items():
        if not len(images):
            raise DataError(
                f"{path} has no readable image of the letter {letter}. "
                "It should hold folders A to J of PNG files; use another archive."
            )
    return loaded


def _load_idx(path: Path) -> LetterImages:
    pixels, labels = read_idx_pair(path)
    if pixels.shape[1:] != (png.SIDE, png.SIDE):
        raise DataError(
            f"{path} holds images of {pixels.shape[1]}x{pixels.shape[2]} pixels. "
            f"This course needs {png.SIDE}x{png.SIDE}; use another data set."
        )
    if len(labels) and labels.max() >= len(LETTERS):
        raise DataError(
            f"The labels of {path} reach {labels.max()}. This course needs ten classes, "
            "labelled 0 to 9; use another data set."
        )
    where = {letter: np.flatnonzero(labels == i) for i, letter in enumerate(LETTERS)}
    return LetterImages(
        images={letter: pixels[rows] for letter, rows in where.items()},
        names={letter: [f"image {i}" for i in rows] for letter, rows in where.items()},
        unreadable=[],
    )


def _load_tar(path: Path, progress: bool) -> LetterImages:
    names: dict[str, list[str]] = {letter: [] for letter in LETTERS}
    waiting: dict[str, list[bytes]] = {letter: [] for letter in LETTERS}
    decoded: dict[str, list[NDArray[np.uint8]]] = {letter: [] for letter in LETTERS}
    unreadable: list[str] = []

    def decode(letter: str) -> None:
        decoded[letter].append(png.unfilter(b"".join(waiting[letter])))
        waiting[letter].clear()

    size = path.stat().st_size if path.is_file() else 0
    with (
        progress_bar(size, path.name, show=progress) as bar,
        closing(members(path, bar.update)) as entries,
    ):
        for member in entries:
            letter = letter_of(member.name)
            try:
                _refuse_odd(member)
                if letter is None or member.kind == FOLDER:
                    continue
                if member.data is None:
                    raise ValueError("too large for an image of 28x28 pixels")
                waiting[letter].append(png.inflate(member.data))
            except ValueError as reason:
                unreadable.append(f"{member.name}: {reason}")
                continue
            names[letter].append(member.name)
            if len(waiting[letter]) == BATCH:
                decode(letter)
    images = {}
    for letter in LETTERS:
        decode(letter)
        images[letter] = np.concatenate(decoded.pop(letter))
    return LetterImages(images, names, unreadable)


def letter_of(name: str) -> str | None:
    """The letter whose folder a file lies in: "A" for notMNIST_large/A/MDEtMDEtMDAudHRm.png."""
    folder = name.rpartition("/")[0].rpartition("/")[2]
    return folder if len(folder) == 1 and folder in LETTERS else None


def _refuse_odd(member: Member) -> None:
    """Raise ValueError for what an archive of images never holds. Nothing is written to disk here,
    but a file that pretends to lie elsewhere is not one to learn from."""
    if member.kind not in (FILE, FOLDER):
        raise ValueError("a link, a device or another special entry, not a file")
    if member.name.startswith(("/", "\\")) or member.name[1:2] == ":":
        raise ValueError("an absolute path")
    if ".." in member.name and ".." in member.name.replace("\\", "/").split("/"):
        raise ValueError("a path that leads out of the archive")
