"""Writing files so that an earlier, good one is never lost, and other small help with files."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from utils.errors import DataError
from utils.progress import tqdm

SPARE = 10 * 2**20  # bytes that should stay free on the disk


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` only when the block ends without an error.

    Until then it has a name of its own in the same folder, so a full disk, an interrupt or a crash
    leaves an earlier `path` as it was. Raises DataError when the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        raise DataError(write_problem(path, problem)) from problem
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_problem(path: Path, problem: OSError) -> str:
    """One sentence on why `path` could not be written and what to do."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        why, remedy = "the disk (or your quota) is full", "Free some space and run this again"
    else:
        why = problem.strerror or str(problem)
        remedy = "Check that the folder exists and that you may write to it"
    earlier = " The file that was there before is unchanged." if path.exists() else ""
    return f"{path} could not be written: {why}. {remedy}.{earlier}"


def need_space(folder: Path, size: int) -> None:
    """Raise DataError unless the disk of `folder` has room for `size` more bytes."""
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise DataError(
            f"Not enough space on the disk of {folder.absolute()}: {megabytes(size)} are needed, "
            f"{megabytes(free)} are free. Free some space and run this again."
        )


def megabytes(size: int) -> str:
    """`size` in bytes, for people."""
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size:,} bytes"


def progress_bar(
    size: int, what: str, *, unit: str = "B", done: int = 0, delay: float = 0, show: bool = True
) -> tqdm:
    """A bar that counts bytes, or other units.

    It starts at `done` of `size` units and appears after `delay` seconds.
    """
    # when the argument is left out, tqdm lets the environment variable TQDM_DISABLE decide
    hidden: dict[str, Any] = {} if show else {"disable": True}
    return tqdm(
        total=size, initial=done, desc=what, unit=unit, unit_scale=True, delay=delay, **hidden
    )


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal, as the command `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
