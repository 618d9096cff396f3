"""Read archives that strangers made, in memory and within limits; nothing is ever extracted.

A submission is a few files with known endings. So an archive is first listed, then the wanted
members are read as bytes, each bounded. What no honest archive holds (names that leave the folder,
devices, more bytes than its size can explain) makes the whole archive `BadArchive`.
"""

import os
import re
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol, cast

MB = 1_000_000
MAX_NAME = 4096
"""Characters of a path; no system that students use has longer ones."""
DEEPEST = 40
"""Folders in folders, in an archive; what lies deeper is not looked at."""
MAX_HEADER = MB
"""Bytes that may stand before one file of a tar archive: its name, and all else about it."""
ASK_FOR_ARCHIVE = "ask for a .tar.gz or a .zip"
WITHOUT_DATA = "ask for the archive that CollectSubmission.sh makes"


@dataclass(frozen=True)
class Limits:
    """How much of an archive is read before it is refused. The sizes are in bytes."""

    max_archive: int = 150 * MB
    """One student's archive as it was uploaded."""
    max_unpacked: int = 400 * MB
    """All that is in it. `data/` packed by mistake still fits, if it was packed once."""
    max_members: int = 10_000
    max_ratio: int = 100
    """Unpacked bytes per packed byte; notebooks compress about 5 to 20 times."""
    ratio_floor: int = 10 * MB
    """Below this many unpacked bytes the ratio does not matter."""
    max_notebook: int = 25 * MB
    max_with_outputs: int = 100 * MB
    """Up to this a larger notebook is read, to take it without its outputs."""
    max_checkpoint: int = 50 * MB
    max_checkpoints: int = 8
    max_depth: int = 3
    """Archives in archives: the download of a class, a student's archive, one wrapped again."""
    max_nested: int = 10
    """Archives in one student's archive."""
    max_class_members: int = 100_000
    """Members of an archive that holds the submissions of a class."""
    max_class_unpacked: int = 20_000 * MB
    """All that is in the tar archive of a class. A zip of a class is never unpacked as a whole."""
    max_names: int = 4 * MB
    """What an archive's directory may take: the names of its members, and all else about them."""
    max_class_names: int = 24 * MB


class BadArchive(Exception):
    """An archive that cannot be used; the text completes the sentence "<name> ..."."""

    def __init__(self, reason: str, todo: str = "") -> None:
        """`todo` says what helps, as an order; empty: what helps against all that is broken."""
        super().__init__(reason)
        self.todo = todo


@dataclass(frozen=True)
class Member:
    """One file of an archive or a folder."""

    index: int
    parts: tuple[str, ...]
    size: int
    modified: datetime | None
    """Aware if the archive says so (tar, a file on disk), else in the clock of its maker (zip)."""
    is_link: bool = False

    @property
    def name(self) -> str:
        return "/".join(self.parts)

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.parts[-1].lower()).suffix


class Tree(Protocol):
    """Files with contents: an archive, or a folder."""

    members: list[Member]

    def read(self, indices: Collection[int], limit: int) -> dict[int, bytes]:
        """Return the contents of some members. Raises `BadArchive` above `limit` bytes each."""
        ...

    def check_sizes(self) -> None:
        """Raise `BadArchive` if this is more than one student's submission can be."""
        ...


def open_archive(file: BinaryIO, size: int, limits: Limits, of_class: bool = False) -> Tree:
    """Return the archive in `file`, which has `size` bytes; what it is shows in its first bytes.

    `of_class` allows for the size of what may hold the submissions of a class. Raises `BadArchive`
    if it is no archive, is damaged, or holds what no submission holds.
    """
    if size == 0:
        raise BadArchive("is empty; the upload or the download was cut short")
    start = file.read(512)
    file.seek(0)
    with explained():
        if start.startswith(b"PK"):
            return _Zip(file, size, limits, of_class)
        if start.startswith(b"\x1f\x8b") or start[257:262] == b"ustar":
            return _Tar(file, size, limits, of_class)
    raise BadArchive("is neither a tar.gz nor a zip archive", ASK_FOR_ARCHIVE)


@contextmanager
def explained() -> Iterator[None]:
    """Turn whatever the archive readers raise on damaged or crafted bytes into `BadArchive`."""
    try:
        yield
    except BadArchive:
        raise
    except (EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile) as error:
        raise BadArchive(f"is truncated or damaged ({error})") from error
    # The readers were not written for enemies: RecursionError, struct.error, ValueError,
    # NotImplementedError (an unknown compression), MemoryError and others have been seen.
    except Exception as error:
        raise BadArchive(f"cannot be read ({type(error).__name__}: {error})") from error


def safe_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a member's path, or raise `BadArchive` if it leads outside."""
    if len(name) > MAX_NAME:
        raise BadArchive(f"holds a file with a name of {len(name):,} characters")
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or re.match("^[A-Za-z]:", name) or ".." in parts or "\0" in name:
        raise BadArchive(f"holds a file that would be written elsewhere ({readable(name)})")
    return parts


def readable(text: str) -> str:
    """Return `text` without what could upset a terminal, and not too long."""
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 200 else text[:120] + "..." + text[-60:]


class Folder:
    """A folder on disk as a `Tree`. Links are listed as links and never followed."""

    def __init__(self, root: Path, without: Collection[Path] = ()) -> None:
        self.root = root
        self.members: list[Member] = []
        self._paths: list[Path] = []
        self.problems: list[str] = []
        """Folders that cannot be looked into."""
        skipped = {path.resolve() for path in without}
        for folder, names, files in os.walk(root, onerror=self._note):
            names[:] = sorted(n for n in names if Path(folder, n).resolve() not in skipped)
            for name in sorted(files) + [n for n in names if Path(folder, n).is_symlink()]:
                self._add(Path(folder, name))

    def _note(self, error: OSError) -> None:
        self.problems.append(f"{readable(str(error.filename))} cannot be read ({error.strerror})")

    def _add(self, path: Path) -> None:
        status = path.lstat()
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
            return
        parts = tuple(unicodedata.normalize("NFC", p) for p in path.relative_to(self.root).parts)
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        is_link = stat.S_ISLNK(status.st_mode)
        self.members.append(Member(len(self._paths), parts, status.st_size, modified, is_link))
        self._paths.append(path)

    def path(self, index: int) -> Path:
        return self._paths[index]

    def read(self, indices: Collection[int], limit: int) -> dict[int, bytes]:
        contents = {}
        with explained():
            for index in indices:
                with self._paths[index].open("rb") as file:
                    contents[index] = file.read(limit + 1)
                _bound(len(contents[index]), limit, self.members[index])
        return contents

    def check_sizes(self) -> None:
        """A folder already lies on the disk, so its size is no danger."""


class _Zip:
    def __init__(self, file: BinaryIO, size: int, limits: Limits, of_class: bool) -> None:
        self._size, self._limits = size, limits
        listing = _Listing(file, limits.max_class_names if of_class else limits.max_names)
        self._archive = zipfile.ZipFile(cast(Any, listing))
        listing.allow(None)
        self._infos = self._archive.infolist()
        if len(self._infos) > limits.max_class_members:
            raise BadArchive(f"holds more than {limits.max_class_members:,} files")
        self.members = []
        for index, info in enumerate(self._infos):
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir() or kind == stat.S_IFDIR:
                safe_parts(_zip_name(info))
                continue
            if kind not in (0, stat.S_IFREG, stat.S_IFLNK):
                raise BadArchive(f"holds a device ({readable(info.filename)})")
            try:
                modified = datetime(*info.date_time)
            except ValueError:
                modified = None
            parts = safe_parts(_zip_name(info))
            if 0 < len(parts) <= DEEPEST:
                self.members.append(
                    Member(index, parts, info.file_size, modified, kind == stat.S_IFLNK)
                )

    def check_sizes(self) -> None:
        if len(self._infos) > self._limits.max_members:
            raise _too_many(self._limits.max_members)
        total = sum(info.file_size for info in self._infos)
        _check_unpacked(total, self._size, self._limits.max_unpacked, self._limits)

    def read(self, indices: Collection[int], limit: int) -> dict[int, bytes]:
        members = {member.index: member for member in self.members}
        contents = {}
        for index in indices:
            info, member = self._infos[index], members[index]
            if info.flag_bits & 1:
                raise BadArchive("is protected by a password")
            _bound(info.file_size, limit, member)
            packed = max(1, info.compress_size)
            _check_unpacked(info.file_size, packed, self._limits.max_unpacked, self._limits)
            with explained(), self._archive.open(info) as file:
                contents[index] = file.read(limit + 1)
            _bound(len(contents[index]), limit, member)
        return contents


class _Tar:
    """A tar archive. A gzipped one is unpacked, within limits, into a temporary file first."""

    def __init__(self, file: BinaryIO, size: int, limits: Limits, of_class: bool) -> None:
        self._limits = limits
        self._size, self._unpacked = size, 0
        self._most = limits.max_class_unpacked if of_class else limits.max_unpacked
        self._max_members = limits.max_class_members if of_class else limits.max_members
        self._max_names = limits.max_class_names if of_class else limits.max_names
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        self._file = self._unpack(file) if packed else file
        self._unpacked = self._file.seek(0, os.SEEK_END)
        self._starts: dict[int, int] = {}
        """Where each member's content begins, in the unpacked archive."""
        self.members = []
        for index, entry in enumerate(self._entries()):
            parts = safe_parts(entry.name)
            if entry.isdir():
                continue
            if not (entry.isreg() or entry.issym() or entry.islnk()):
                raise BadArchive(f"holds a device ({readable(entry.name)})")
            if not 0 < len(parts) <= DEEPEST:
                continue
            is_link = not entry.isreg()
            self._starts[index] = entry.offset_data
            self.members.append(Member(index, parts, entry.size, _moment(entry.mtime), is_link))

    def check_sizes(self) -> None:
        if len(self.members) > self._limits.max_members:
            raise _too_many(self._limits.max_members)
        _check_unpacked(self._unpacked, self._size, self._limits.max_unpacked, self._limits)

    def read(self, indices: Collection[int], limit: int) -> dict[int, bytes]:
        members = {member.index: member for member in self.members}
        contents: dict[int, bytes] = {}
        with explained():
            for index in indices:
                _bound(members[index].size, limit, members[index])
                self._file.seek(self._starts[index])
                contents[index] = self._file.read(members[index].size)
        return contents

    def _unpack(self, file: BinaryIO) -> BinaryIO:
        """Return what a gzip file holds; the checksum at its very end has then been checked."""
        unpacked = tempfile.SpooledTemporaryFile(max_size=32 * MB)  # noqa: SIM115 - it stays open
        total = 0
        for piece in _gunzip(file, self._limits.max_members):
            total += len(piece)
            _check_unpacked(total, self._size, self._most, self._limits)
            unpacked.write(piece)
        return cast(BinaryIO, unpacked)

    def _entries(self) -> Iterator[tarfile.TarInfo]:
        """Yield all entries, in bounded time and memory whatever their headers say.

        A header is a block, but may be followed by names of any length, or by records that hold
        for all later entries: so what is read of headers is counted, and what they add up to.
        """
        self._file.seek(0)
        listing = _Listing(self._file, MAX_HEADER)
        known = count = end = 0
        with tarfile.open(fileobj=cast(Any, listing), mode="r:") as archive:
            while (entry := archive.next()) is not None:
                count += 1
                known += len(entry.name) + len(entry.linkname) + 50 * len(entry.pax_headers)
                if count > self._max_members:
                    raise _too_many(self._max_members)
                if known > self._max_names:
                    raise _too_long()
                if entry.sparse is not None:
                    raise BadArchive("holds a sparse file")
                if entry.size < 0 or entry.offset_data < end:
                    raise BadArchive("is truncated or damaged (an entry of negative size)")
                end = entry.offset_data + (entry.size if entry.isreg() else 0)
                if end > self._unpacked:
                    raise BadArchive("is truncated or damaged (unexpected end of data)")
                listing.allow(MAX_HEADER)
                yield entry


class _Listing:
    """A file of which little can be read: what lists the members of an archive.

    The readers of Python's library believe the lengths in it: of a directory, a name, a map.
    """

    def __init__(self, file: BinaryIO, allowed: int) -> None:
        self._file = file
        self._allowed: int | None = allowed
        self.seek, self.tell, self.seekable = file.seek, file.tell, lambda: True

    def allow(self, size: int | None) -> None:
        """Allow `size` bytes from here on; None: all that is there."""
        self._allowed = size

    def read(self, size: int = -1) -> bytes:
        if self._allowed is None:
            return self._file.read(size)
        content = self._file.read(self._allowed + 1 if size < 0 else min(size, self._allowed + 1))
        self._allowed -= len(content)
        if self._allowed < 0:
            raise _too_long()
        return content


def _gunzip(file: BinaryIO, max_members: int) -> Iterator[bytes]:
    """Yield what a gzip file (RFC 1952) holds, piece by piece."""
    data = b""
    for _ in range(max_members):
        unpacker = zlib.decompressobj(wbits=31)
        while not unpacker.eof:
            data = data or file.read(2**18)
            if not data:
                raise EOFError("it ends too early")
            yield unpacker.decompress(data, MB)
            data = unpacker.unconsumed_tail
        data = unpacker.unused_data
        while not (data := data.lstrip(b"\0")):  # zeros may follow, and another gzip file
            if not (data := file.read(2**18)):
                return
    raise BadArchive("consists of more gzip files than any archive does")


def _check_unpacked(unpacked: int, packed: int, most: int, limits: Limits) -> None:
    if unpacked > most:
        raise BadArchive(
            f"unpacks to more than {most / MB:.0f} MB; it should hold three notebooks and a "
            "checkpoint, without data/",
            WITHOUT_DATA,
        )
    if unpacked > limits.ratio_floor and unpacked > packed * limits.max_ratio:
        raise BadArchive(
            f"unpacks to more than {limits.max_ratio} times its size, as only a decompression "
            "bomb does",
            "nothing of it was unpacked; talk to the student",
        )


def _too_many(most: int) -> BadArchive:
    return BadArchive(
        f"holds more than {most:,} files; it should hold three notebooks and a checkpoint, "
        "without data/",
        WITHOUT_DATA,
    )


def _too_long() -> BadArchive:
    return BadArchive("has names that take more megabytes than those of any submission")


def _bound(size: int, limit: int, member: Member) -> None:
    if size > limit:
        raise BadArchive(
            f"holds {readable(member.name)} of more than the {limit / MB:.0f} MB that are accepted"
        )


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; without the UTF-8 flag it is UTF-8 or, from Windows, cp949."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")  # as which zipfile has read it
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
