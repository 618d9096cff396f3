"""Load the letters of notMNIST straight from an archive, without unpacking it to disk.

notMNIST (Y. Bulatov, 2011) comes as tar.gz archives of half a million small PNG files in folders A
to J. Unpacking them takes longer than reading them, so the archive is streamed: one thread
decompresses ahead, another walks from file to file, and batches of files are turned into pixels; by
other processes when there are so many of them that it pays.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from utils import png
from utils.errors import DataError
from utils.files import progress_bar
from utils.idx import is_idx, read_idx_pair
from utils.png_filters import unfilter
from utils.targz import FILE, FOLDER, Member, members
from utils.workers import cores, ordered_map

LETTERS = "ABCDEFGHIJ"  # the label of a letter is its position in this string

BATCH = 4096  # files of one letter that are decoded together
WORTH_WORKERS = 10_000_000  # bytes of an archive that takes longer than starting processes does
MOST_WORKERS = 4  # what one thread can decompress for


class LetterImages(NamedTuple):
    """What was read from one archive. Every dictionary has the keys "A" to "J"."""

    images: dict[str, NDArray[np.uint8]]  # pixels (n, 28, 28), 0 is black
    names: dict[str, list[str]]  # where in the archive images[letter][i] comes from
    unreadable: list[str]  # "name: reason" for everything that was skipped, sorted


def load_letters(archive: str | Path, progress: bool = True) -> LetterImages:
    """Read all letters from a tar.gz archive of PNG files, or from a pair of IDX files.

    In IDX files a label is a letter's position: 0 is A, 9 is J. MNIST's digits take these places.
    Files that are not 28x28 8-bit gray PNG images, and entries that no honest archive has (links,
    devices, paths leading out of it), are skipped and listed in `unreadable`. Raises DataError when
    the archive is missing or damaged, or has no image for a letter.
    """
    path = Path(archive)
    loaded = _load_idx(path) if is_idx(path) else _load_tar(path, progress)
    for letter, images in loaded.images.items():
        if not len(images):
            raise DataError(
                f"{path} has no readable image of the letter {letter}{_why_none(loaded, letter)}. "
                "It should hold folders A to J of PNG files; use another archive."
            )
    return loaded


def _why_none(loaded: LetterImages, letter: str) -> str:
    """The first of the files of a letter that could not be read, and their number, if any."""
    lines = [line for line in loaded.unreadable if letter_of(line.partition(": ")[0]) == letter]
    return f" ({len(lines):,} could not be read, the first is {lines[0]})" if lines else ""


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


class Source(NamedTuple):
    """Where a batch of files comes from."""

    letter: str
    names: list[str]


def _load_tar(path: Path, progress: bool) -> LetterImages:
    pixels = {letter: bytearray() for letter in LETTERS}  # grows without being copied each time
    names: dict[str, list[str]] = {letter: [] for letter in LETTERS}
    unreadable: list[str] = []
    size = path.stat().st_size if path.is_file() else 0
    with (
        progress_bar(size, path.name, show=progress) as bar,
        closing(_batches(path, bar.update, unreadable)) as batches,
        closing(ordered_map(png.inflate_all, batches, _workers_for(size))) as inflated,
    ):
        for source, (rows, reasons) in inflated:
            pixels[source.letter].extend(unfilter(rows).data)
            names[source.letter] += [n for i, n in enumerate(source.names) if i not in reasons]
            unreadable += [f"{source.names[i]}: {reason}" for i, reason in reasons.items()]
    shape = (-1, png.SIDE, png.SIDE)
    images = {letter: np.frombuffer(pixels[letter], np.uint8).reshape(shape) for letter in LETTERS}
    return LetterImages(images, names, sorted(unreadable))


def _workers_for(size: int) -> int:
    """How many other processes are worth starting for an archive of `size` bytes."""
    if size < WORTH_WORKERS or cores() == 1:
        return 0
    return min(cores(), MOST_WORKERS)


def _batches(
    path: Path, consumed: Callable[[int], object], unreadable: list[str]
) -> Generator[tuple[Source, list[bytes]], None, None]:
    """Yield the files in the folders A to J, at most BATCH of one letter at a time.

    Other files are left out, and what no honest archive holds is added to `unreadable`.
    """
    waiting = {letter: (Source(letter, []), list[bytes]()) for letter in LETTERS}
    with closing(members(path, consumed)) as entries:
        for member in entries:
            letter = letter_of(member.name)
            if odd := _why_odd(member):
                unreadable.append(f"{member.name}: {odd}")
            elif letter is None or member.kind == FOLDER:
                continue
            elif member.data is None:
                unreadable.append(f"{member.name}: too large for an image of 28x28 pixels")
            else:
                source, files = waiting[letter]
                source.names.append(member.name)
                files.append(member.data)
                if len(files) == BATCH:
                    yield waiting[letter]
                    waiting[letter] = Source(letter, []), []
    yield from waiting.values()


def letter_of(name: str) -> str | None:
    """The letter whose folder a file lies in: "A" for notMNIST_large/A/MDEtMDEtMDAudHRm.png."""
    folder = name.rpartition("/")[0].rpartition("/")[2]
    return folder if len(folder) == 1 and folder in LETTERS else None


def _why_odd(member: Member) -> str:
    """What an archive of images never holds, or "". Nothing is written to disk here, but a file
    that pretends to lie elsewhere is not one to learn from."""
    name, kind, _ = member
    if kind not in (FILE, FOLDER):
        return "a link, a device or another special entry, not a file"
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        return "an absolute path"
    if ".." in name and ".." in name.replace("\\", "/").split("/"):
        return "a path that leads out of the archive"
    return ""
