"""Read archives that strangers made, in memory and within limits; nothing is ever extracted.

A submission is a few files with known endings. So an archive is first listed, then the wanted
members are read as bytes, each bounded. What no honest archive holds (names that leave the folder,
devices, more bytes than its size can explain) makes the whole archive `BadArchive`.
"""

import gzip
import os
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol

MB = 1_000_000


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
    max_checkpoint: int = 50 * MB
    max_checkpoints: int = 8
    max_depth: int = 3
    """Archives in archives: the download of a class, a student's archive, one wrapped again."""
    max_nested: int = 10
    """Archives in one student's archive."""
    max_class_members: int = 100_000
    """Members of an archive that holds the submissions of a class."""


class BadArchive(Exception):
    """An archive that cannot be used; the text completes the sentence "<name> ..."."""


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


def open_archive(file: BinaryIO, size: int, limits: Limits) -> Tree:
    """Return the archive in `file`, which has `size` bytes; what it is shows in its first bytes.

    Raises `BadArchive` if it is none, is damaged, or holds what no submission holds.
    """
    if size == 0:
        raise BadArchive("is empty; the upload or the download was cut short")
    start = file.read(512)
    file.seek(0)
    with explained():
        if start.startswith(b"PK"):
            return _Zip(file, size, limits)
        if start.startswith(b"\x1f\x8b") or start[257:262] == b"ustar":
            return _Tar(file, size, limits)
    raise BadArchive("is neither a tar.gz nor a zip archive")


@contextmanager
def explained() -> Iterator[None]:
    """Turn whatever the archive readers raise on damaged or crafted bytes into `BadArchive`."""
    try:
        yield
    except BadArchive:
        raise
    except (EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise BadArchive(f"is truncated or damaged ({error})") from error
    # The readers were not written for enemies: RecursionError, struct.error, ValueError,
    # NotImplementedError (an unknown compression), MemoryError and others have been seen.
    except Exception as error:
        raise BadArchive(f"cannot be read ({type(error).__name__}: {error})") from error


def safe_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a member's path, or raise `BadArchive` if it leads outside."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or re.match("^[A-Za-z]:", name) or ".." in parts or "\0" in name:
        raise BadArchive(f"holds a file that would be written elsewhere ({readable(name)})")
    return parts


def readable(text: str) -> str:
    """Return `text` without what could upset a terminal, and not too long."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 200 else text[:120] + "..." + text[-60:]


class Folder:
    """A folder on disk as a `Tree`. Links are listed as links and never followed."""

    def __init__(self, root: Path, without: Collection[Path] = ()) -> None:
        self.root = root
        self.members: list[Member] = []
        self._paths: list[Path] = []
        skipped = {path.resolve() for path in without}
        for folder, names, files in os.walk(root):
            names[:] = sorted(n for n in names if Path(folder, n).resolve() not in skipped)
            for name in sorted(files) + [n for n in names if Path(folder, n).is_symlink()]:
                self._add(Path(folder, name))

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
    def __init__(self, file: BinaryIO, size: int, limits: Limits) -> None:
        self._size, self._limits = size, limits
        # zipfile reads the whole directory at the end of the file before one can look at it.
        file.seek(max(0, size - 64 * MB))
        if file.read().count(b"PK\x01\x02") > limits.max_class_members:
            raise BadArchive(f"holds more than {limits.max_class_members:,} files")
        file.seek(0)
        self._archive = zipfile.ZipFile(file)
        self._infos = self._archive.infolist()
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
            if parts:
                self.members.append(
                    Member(index, parts, info.file_size, modified, kind == stat.S_IFLNK)
                )

    def check_sizes(self) -> None:
        if len(self._infos) > self._limits.max_members:
            raise _too_many(self._limits)
        total = sum(info.file_size for info in self._infos)
        _check_unpacked(total, self._size, self._limits)

    def read(self, indices: Collection[int], limit: int) -> dict[int, bytes]:
        members = {member.index: member for member in self.members}
        contents = {}
        for index in indices:
            info, member = self._infos[index], members[index]
            if info.flag_bits & 1:
                raise BadArchive("is protected by a password")
            _bound(info.file_size, limit, member)
            _check_unpacked(info.file_size, max(1, info.compress_size), self._limits)
            with explained(), self._archive.open(info) as file:
                contents[index] = file.read(limit + 1)
            _bound(len(contents[index]), limit, member)
        return contents


class _Tar:
    """A tar archive, gzipped or not, read as a stream: it is never trusted to be seekable."""

    def __init__(self, file: BinaryIO, size: int, limits: Limits) -> None:
        self._file, self._size, self._limits = file, size, limits
        self.members = []
        for index, entry, _ in self._entries():
            parts = safe_parts(entry.name)
            if entry.isdir():
                continue
            if not (entry.isreg() or entry.issym() or entry.islnk()):
                raise BadArchive(f"holds a device ({readable(entry.name)})")
            if not parts:
                continue
            is_link = not entry.isreg()
            if not is_link and hasattr(tarfile, "data_filter"):  # Python 3.11.4 and later
                tarfile.data_filter(entry, "/nowhere")
            self.members.append(Member(index, parts, entry.size, _moment(entry.mtime), is_link))

    def check_sizes(self) -> None:
        """Done while listing, which decompresses everything."""

    def read(self, indices: Collection[int], limit: int) -> dict[int, bytes]:
        wanted = set(indices)
        members = {member.index: member for member in self.members}
        contents: dict[int, bytes] = {}
        with explained():
            for index, entry, archive in self._entries() if wanted else ():
                if index in wanted:
                    _bound(entry.size, limit, members[index])
                    file = archive.extractfile(entry)
                    contents[index] = file.read(limit + 1) if file else b""
                    if len(contents[index]) != entry.size:
                        raise BadArchive("is truncated or damaged (unexpected end of data)")
        return contents

    def _entries(self) -> Iterator[tuple[int, tarfile.TarInfo, tarfile.TarFile]]:
        """Yield all entries while reading the archive to its very end, so that sums are checked."""
        self._file.seek(0)
        packed = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        read = gzip.GzipFile(fileobj=self._file).read if packed else self._file.read
        bounded: Any = _Bounded(read, self._size, self._limits)
        with tarfile.open(fileobj=bounded, mode="r|") as archive:
            for index, entry in enumerate(archive):
                if index >= self._limits.max_members:
                    raise _too_many(self._limits)
                yield index, entry, archive
        while bounded.read(MB):
            pass


class _Bounded:
    """A stream that stops with `BadArchive` when more comes out than the limits allow."""

    def __init__(self, read: Callable[[int], bytes], packed: int, limits: Limits) -> None:
        self._read, self._packed, self._limits = read, packed, limits
        self._total = self._empty = 0

    def read(self, size: int = -1) -> bytes:
        content = self._read(min(size, MB) if size >= 0 else MB)
        self._total += len(content)
        _check_unpacked(self._total, self._packed, self._limits)
        # To skip a member of a claimed terabyte, tarfile reads on and on where nothing comes.
        self._empty += not content
        if self._empty > 10:
            raise BadArchive("is truncated or damaged (it ends too early)")
        return content


def _check_unpacked(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.max_unpacked:
        raise BadArchive(
            f"unpacks to more than {limits.max_unpacked / MB:.0f} MB; it should hold three "
            "notebooks and a checkpoint, without data/"
        )
    if unpacked > limits.ratio_floor and unpacked > packed * limits.max_ratio:
        raise BadArchive(
            f"unpacks to more than {limits.max_ratio} times its size, as only a decompression "
            "bomb does"
        )


def _too_many(limits: Limits) -> BadArchive:
    return BadArchive(
        f"holds more than {limits.max_members:,} files; it should hold three notebooks and a "
        "checkpoint, without data/"
    )


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
