"""Processes of this machine, by number, as `/proc` tells of them."""

import os
import signal
import weakref
from collections.abc import Iterator
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


class Process:
    """One process; signals never reach another one that got its number later."""

    def __init__(self, number: int) -> None:
        """Take hold of process `number`; ProcessLookupError when there is none."""
        self.number = number
        self.descriptor = os.pidfd_open(number)
        # not at exit, when signals may still have to be sent
        weakref.finalize(self, os.close, self.descriptor).atexit = False

    def send(self, number: int) -> None:
        """Send a signal; a process that has ended hears nothing."""
        try:
            signal.pidfd_send_signal(self.descriptor, number)
        except ProcessLookupError:
            return


def children(number: int) -> list[int]:
    """Return the children of a process, oldest first; none when it has ended."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{number}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        return []
    return found


def descendants(number: int) -> Iterator[int]:
    """Yield the processes below a process; the ones that come or go meanwhile may be missing."""
    waiting = children(number)
    while waiting:
        child = waiting.pop()
        yield child
        waiting += children(child)


def resident_bytes(number: int) -> int:
    """Return the memory that a process holds, in bytes, without pages that files share.

    `statm` counts in pages: size, resident, shared (files and shared memory). Shared memory is left
    out here, as it would be counted for each process; it lies in the sandbox's own folders.
    """
    try:
        fields = Path(f"/proc/{number}/statm").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE


def unlinked_files(number: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield (device, inode) and bytes on disk of files that a process holds open without a name."""
    try:
        descriptors = list(os.scandir(f"/proc/{number}/fd"))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return
    for entry in descriptors:
        try:
            status = entry.stat()
        except OSError:
            continue
        if status.st_nlink == 0 and status.st_blocks:
            yield (status.st_dev, status.st_ino), status.st_blocks * 512
