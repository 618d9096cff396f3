"""Walk through the files of a tar.gz archive quickly, holding little of it in memory.

gzip is RFC 1952. tar is a chain of blocks: a header, the data padded to whole blocks, and so on
(POSIX.1-2001, ustar and pax, with GNU's long names). Python's tarfile does the same more completely
but takes longer per file than decoding a small image does.
"""

import struct
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from utils.errors import DataError

READ = 2**18  # bytes of the archive decompressed in one go
LARGEST_PIECE = 2**20  # bytes that this gives at most
AHEAD = 8  # pieces decompressed before they are needed
LARGEST_FILE = 2**16  # bytes; larger ones are passed over, and no image here is as large
BLOCK = 512
HEADER = struct.Struct("100s 24x 12s 12x 8s c 100x 6s 82x 155s 12x")  # x: what is not used here
BLANKS = sum(b" " * 8)
FILE, FOLDER = b"0", b"5"  # kinds of entries; the others are special
OLD_FILE = (b"\0", b"7")
WITHOUT_DATA = (b"1", b"2", b"3", b"4", FOLDER, b"6")  # whatever size they claim
LONG_NAME, LONG_LINK, PAX, PAX_GLOBAL = b"L", b"K", b"x", b"g"  # facts about the next entries


class Member(NamedTuple):
    """One entry of an archive."""

    name: str
    kind: bytes  # FILE, FOLDER, b"1" and b"2" for links, others
    data: bytes | None  # None when it is not a file, or larger than LARGEST_FILE


def members(
    path: Path, consumed: Callable[[int], object] = lambda size: None
) -> Generator[Member, None, None]:
    """Yield the entries of a tar.gz archive in order, to its end.

    `consumed` is called with the number of bytes of the archive just read. Raises DataError when
    the archive is missing or damaged; what came before the damage has been yielded by then.
    """
    with closing(_read_ahead(gunzip(path, consumed))) as pieces:
        reader = _Reader(pieces)
        long_name = ""
        while (header := reader.read(BLOCK)) and any(header):
            if len(header) < BLOCK:
                raise _damaged(path, "truncated inside a header")
            kind, size, name = _parse_header(path, header)
            padded = -(-size // BLOCK) * BLOCK
            wanted = kind in (FILE, LONG_NAME, PAX) and size <= LARGEST_FILE
            data = reader.read(padded) if wanted else None
            if (len(data) if data is not None else reader.skip(padded)) < padded:
                raise _damaged(path, f"truncated inside {name}")
            data = data[:size] if data is not None else None
            if kind == LONG_NAME:
                long_name = (data or b"").rstrip(b"\0").decode("utf-8", "replace")
            elif kind == PAX:
                long_name = _pax_path(data or b"")
            elif kind not in (LONG_LINK, PAX_GLOBAL):
                yield Member(long_name or name, kind, data)
                long_name = ""
        for _ in pieces:  # to the end, so that the checksum is checked
            pass


def check_archive(path: Path) -> None:
    """Raise DataError unless `path` decompresses to its end with the right checksum."""
    for _ in gunzip(path):
        pass


def gunzip(path: Path, consumed: Callable[[int], object] = lambda size: None) -> Iterator[bytes]:
    """Decompress `path` piece by piece, calling `consumed` with the number of bytes read.

    zlib checks the CRC-32 at the end; a file that stops before that is truncated. Raises DataError.
    """
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
            if file.tell() == 0 or inflater is not None:
                raise _damaged(
                    path, f"truncated: it ends after {file.tell():,} bytes, before the archive does"
                )
    except FileNotFoundError as problem:
        raise DataError(
            f"{path} does not exist. Run get_archives() first, or check the name."
        ) from problem
    except zlib.error as problem:
        raise _damaged(path, f"damaged or not a tar.gz file ({problem})") from problem
    except OSError as problem:
        raise DataError(f"{path} cannot be read: {problem.strerror or problem}.") from problem


def _read_ahead(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    """Yield the same pieces, some of them made in another thread while earlier ones are used.

    zlib lets other Python code run while it decompresses, which saves about a tenth of the time.
    """
    with ThreadPoolExecutor(1) as thread:
        ahead = deque(thread.submit(next, pieces, None) for _ in range(AHEAD))
        while (piece := ahead.popleft().result()) is not None:
            ahead.append(thread.submit(next, pieces, None))
            yield piece


class _Reader:
    """Reads any number of bytes from an iterator of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
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


def _parse_header(path: Path, header: bytes) -> tuple[bytes, int, str]:
    """The kind, size in bytes and name in a header block."""
    name, size_digits, stated, kind, magic, prefix = HEADER.unpack(header)
    try:
        # What is stated is the sum of all bytes, its own eight taken as blanks. Adler-32 begun at
        # 0 holds such a sum in its lower half, modulo 65521 (RFC 1950).
        counted = (zlib.adler32(header, 0) & 0xFFFF) - sum(stated) + BLANKS
        if (counted - int(stated.strip(b" \0"), 8)) % 65521:
            raise ValueError
        size = int(size_digits.strip(b" \0") or b"0", 8)
        if size < 0:
            raise ValueError
    except ValueError as problem:
        how = "damaged or not a tar.gz file (a header's checksum is wrong)"
        raise _damaged(path, how) from problem
    name = name.partition(b"\0")[0]
    if prefix[0] and magic == b"ustar\0":
        name = prefix.rstrip(b"\0") + b"/" + name
    if kind in OLD_FILE:
        kind = FOLDER if name.endswith(b"/") else FILE
    if kind in WITHOUT_DATA:
        size = 0
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


def _damaged(path: Path, how: str) -> DataError:
    return DataError(
        f"{path} is {how}. Delete it, or move it away, and run this again to get a good copy."
    )
