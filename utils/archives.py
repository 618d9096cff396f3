"""Load the letters of notMNIST straight from an archive, without unpacking it to disk.

notMNIST (Y. Bulatov, 2011) comes as tar.gz archives of half a million small PNG files in folders A
to J. Unpacking them takes longer than reading them, so the archive is streamed: one thread
decompresses ahead, the other walks from file to file and keeps only pixels and names.
"""

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from utils import png
from utils.errors import DataError
from utils.idx import is_idx, read_idx_pair

LETTERS = "ABCDEFGHIJ"  # the label of a letter is its position in this string

READ = 2**18  # bytes of the archive decompressed in one go
LARGEST_PIECE = 2**22  # bytes that this gives at most
BATCH = 4096  # images of one letter whose row filters are undone together
LARGEST_IMAGE = 2**16  # bytes; a 28x28 PNG is far smaller
BLOCK = 512  # tar files are made of blocks


class LetterImages(NamedTuple):
    """What was read from one archive. Every dictionary has the keys "A" to "J"."""

    images: dict[str, NDArray[np.uint8]]  # pixels (n, 28, 28), 0 is black
    names: dict[str, list[str]]  # where in the archive images[letter][i] comes from
    unreadable: list[str]  # "name: reason" for everything that was skipped


class Member(NamedTuple):
    """One entry of a tar archive."""

    name: str
    kind: bytes  # b"0" is a regular file, b"5" a folder, b"1" and b"2" are links
    data: bytes | None  # None when larger than LARGEST_IMAGE or not a regular file


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


def check_archive(path: Path) -> None:
    """Raise DataError unless `path` decompresses to its end with the right checksum."""
    for _ in _gunzip(path, lambda size: None):
        pass


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
    with tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=not progress) as bar:
        for member in _members(path, _read_ahead(_gunzip(path, bar.update))):
            letter = letter_of(member.name)
            try:
                _refuse_odd(member)
                if letter is None:
                    continue  # a folder, or a file that is not in a letter's folder
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
    if member.kind not in b"05":
        raise ValueError("a link, a device or another special entry, not a file")
    if member.name.startswith(("/", "\\")) or member.name[1:2] == ":":
        raise ValueError("an absolute path")
    if ".." in member.name and ".." in member.name.replace("\\", "/").split("/"):
        raise ValueError("a path that leads out of the archive")


# From the file to its members: _gunzip | _read_ahead | _members.


def _gunzip(path: Path, consumed: Callable[[int], object]) -> Iterator[bytes]:
    """Decompress `path` piece by piece, calling `consumed` with the number of bytes read.

    zlib checks the CRC-32 at the end; a file that stops before that is truncated. Raises DataError.
    """
    advice = "Delete it, or move it away, and run this again to get a good copy"
    try:
        with path.open("rb") as file:
            inflater = None
            while piece := file.read(READ):
                consumed(len(piece))
                while piece:
                    inflater = inflater or zlib.decompressobj(wbits=31)  # 31: a gzip header
                    yield inflater.decompress(piece, LARGEST_PIECE)
                    piece = inflater.unconsumed_tail
                    if inflater.eof:  # gzip files may be joined end to end
                        piece = inflater.unused_data.lstrip(b"\0")
                        inflater = None
            if inflater is not None or file.tell() == 0:
                raise DataError(
                    f"{path} is truncated: it ends after {file.tell():,} bytes, "
                    f"before the archive does. {advice}."
                )
    except FileNotFoundError as problem:
        raise DataError(
            f"{path} does not exist. Run get_archives() first, or check the name."
        ) from problem
    except zlib.error as problem:
        raise DataError(
            f"{path} is damaged or not a tar.gz file ({problem}). {advice}."
        ) from problem
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror or problem}.") from problem


def _read_ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same pieces, each of them made in another thread while the last one is used.

    zlib lets other Python code run while it decompresses, so two cores are busy.
    """
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(next, pieces, None)
        while (piece := ahead.result()) is not None:
            ahead = pool.submit(next, pieces, None)
            yield piece


class _Reader:
    """Reads any number of bytes from an iterator of pieces."""

    def __init__(self, path: Path, pieces: Iterator[bytes]) -> None:
        self.path, self.pieces = path, pieces
        self.piece, self.position = b"", 0

    def read(self, size: int) -> bytes:
        """The next `size` bytes, or fewer at the end."""
        start, self.position = self.position, self.position + size
        while self.position > len(self.piece):
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.piece = self.piece[start:] + piece
            self.position -= start
            start = 0
        return self.piece[start : self.position]

    def skip(self, size: int) -> int:
        """Leave out `size` bytes, keeping none in memory; the number that were there."""
        left = size
        while left and (data := self.read(min(left, BLOCK * 2048))):
            left -= len(data)
        return size - left


def _members(path: Path, pieces: Iterator[bytes]) -> Iterator[Member]:
    """Walk through a tar archive: a header block, the data padded to whole blocks, and so on.

    Layout: POSIX.1-2001 (ustar and pax), with GNU's long names. Python's tarfile does the same more
    completely, but takes longer per file than decoding an image does. Raises DataError.
    """
    reader = _Reader(path, pieces)
    long_name = ""
    while (header := reader.read(BLOCK)) and any(header):
        kind, size, name = _parse_header(path, header)
        padded = -(-size // BLOCK) * BLOCK
        wanted = kind in b"0LxS" and size <= LARGEST_IMAGE
        data = reader.read(padded) if wanted else None
        if (len(data) if data is not None else reader.skip(padded)) < padded:
            raise DataError(
                f"{path} is truncated inside {name}. Delete it, or move it away, "
                "and run this again to get a good copy."
            )
        data = data[:size] if data is not None else None
        if kind == b"L":  # GNU: the name of the next member
            long_name = (data or b"").rstrip(b"\0").decode("utf-8", "replace")
        elif kind == b"x":  # pax: facts about the next member
            long_name = _pax_path(data or b"")
        elif kind not in b"gK":  # pax: facts about all members; GNU: a link's long target
            yield Member(long_name or name, kind, data if kind == b"0" else None)
            long_name = ""
    for _ in pieces:  # to the end, so that the checksum is checked
        pass


def _parse_header(path: Path, header: bytes) -> tuple[bytes, int, str]:
    """The kind, size in bytes and name in a header block."""
    try:
        stated = int(header[148:156].strip(b" \0"), 8)
        if len(header) != BLOCK or stated != sum(header) - sum(header[148:156]) + 8 * ord(" "):
            raise ValueError
        size = int(header[124:136].strip(b" \0") or b"0", 8)
    except ValueError as problem:
        raise DataError(
            f"{path} is not a tar archive, or is damaged: a header's checksum is wrong. "
            "Delete it, or move it away, and run this again to get a good copy."
        ) from problem
    name = header[: header.find(0, 0, 100) if 0 in header[:100] else 100]
    if header[345] and header[257:263] == b"ustar\0":
        name = header[345:500].rstrip(b"\0") + b"/" + name
    kind = header[156:157]
    if kind in b"\x007":  # two older ways to say "a regular file"
        kind = b"5" if name.endswith(b"/") else b"0"
    return kind, size, name.decode("utf-8", "replace")


def _pax_path(data: bytes) -> str:
    """The value of `path` in a pax header, a list of records "<length> <key>=<value>\\n"."""
    while data:
        length, _, _ = data.partition(b" ")
        if not length.isdigit() or not int(length):
            break
        key, _, value = data[len(length) + 1 : int(length) - 1].partition(b"=")
        if key == b"path":
            return value.decode("utf-8", "replace")
        data = data[int(length) :]
    return ""
