"""Which of the files beside a submitted notebook nbgrader copies: plain ones of bounded size.

nbgrader copies them to where it grades, and from there into the feedback that students get. Left
alone it follows a link (to the gradebook, say), stops at a pipe, and writes out 40 GB for a file
that only claims to be so large. It has no setting for this.
"""

import os
import stat

import nbgrader.converters.base
from nbgrader.utils import find_all_files

MAX_BYTES = 100_000_000
"""Twice the size of the largest checkpoint that is accepted."""


def copy_only_plain_files() -> None:
    """Make nbgrader's commands, in this process, copy nothing but plain files."""
    nbgrader.converters.base.find_all_files = plain_files


def plain_files(path: str, exclude: list[str] | None = None) -> list[str]:
    """Return the files below `path` that are neither links nor devices nor too large.

    Stands in for nbgrader's `find_all_files`; `exclude` holds glob patterns of names.
    """
    return [file for file in find_all_files(path, exclude) if is_plain(file)]


def is_plain(file: str | os.PathLike[str]) -> bool:
    """Return whether a file is neither a link nor a device nor too large."""
    status = os.lstat(file)
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
