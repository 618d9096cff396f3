"""What a running sandbox uses, looked at four times a second, and what is too much.

The operating system bounds one process; this bounds the whole. It is the only bound on disk, and,
where there are no control groups, on memory.
"""

import errno
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coursekit.sandbox.limits import Limits
from coursekit.sandbox.processes import (
    descendants,
    held_bytes,
    shared_out_bytes,
    unlinked_files,
)

INTERVAL = 0.25
"""Seconds between two looks."""

_MIB = 1 << 20


@dataclass(frozen=True)
class Usage:
    """What one sandbox holds at one moment."""

    memory_bytes: int
    folder_bytes: int
    folder_entries: int
    seconds: float

    def excess(self, limits: Limits) -> str | None:
        """Return a sentence about the first limit that is passed, or None."""
        if self.memory_bytes > limits.memory_bytes:
            return f"It held more than {limits.memory_bytes // _MIB} MiB of memory."
        if self.folder_bytes > limits.folder_bytes:
            return f"It wrote more than {limits.folder_bytes // _MIB} MiB of files."
        if self.folder_entries > limits.folder_entries:
            return f"It made more than {limits.folder_entries} files."
        if self.seconds > limits.wall_seconds:
            return f"It ran for more than {limits.wall_seconds:g} seconds."
        return None


def usage(process: int, folders: Iterable[Path], started: float, limits: Limits) -> Usage:
    """Look at the sandbox below `process`, started at `time.monotonic()` second `started`."""
    numbers = list(descendants(process))
    memory = sum(map(held_bytes, numbers))
    if memory > limits.memory_bytes:  # or so it seems: some of it may be the same memory
        memory = sum(map(shared_out_bytes, numbers))
    unlinked: dict[tuple[int, int], int] = {}
    for number in numbers:
        unlinked.update(unlinked_files(number))
    size, entries = sum(unlinked.values()), len(unlinked)
    for folder in folders:
        more, count = _folder_usage(folder, limits)
        size += more
        entries += count
    return Usage(memory, size, entries, time.monotonic() - started)


def _folder_usage(folder: Path, limits: Limits) -> tuple[int, int]:
    """Return bytes on disk and number of entries, or as much of them as is too much already."""
    size = entries = 0
    waiting = [os.fspath(folder)]
    while waiting and size <= limits.folder_bytes and entries <= limits.folder_entries:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    entries += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if entries > limits.folder_entries:
                        break
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                entries = limits.folder_entries + 1  # too deep to be looked at: nobody needs that
            continue  # it is gone again
    return size, entries
