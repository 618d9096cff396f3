"""Processes of this machine, by number, as `/proc` tells of them."""

import os
import signal
import weakref
from collections.abc import Iterator
from pathlib import Path


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


def held_bytes(number: int) -> int:
    """Return the memory that a process holds, in bytes, without pages of files on disk.

    Memory that processes share counts in full for each of them; `shared_out_bytes` shares it out.
    The kernel's own tables of the process's addresses count, too.
    """
    return _kilobytes(f"/proc/{number}/status", ("RssAnon:", "RssShmem:", "VmPTE:")) << 10


def shared_out_bytes(number: int) -> int:
    """Return what `held_bytes` does, with each page divided by the number of its processes.

    This takes the kernel a thousand times longer. A process that hides itself is counted in full.
    """
    try:
        shared = _kilobytes(f"/proc/{number}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))
    except PermissionError:
        return held_bytes(number)
    return shared + _kilobytes(f"/proc/{number}/status", ("VmPTE:",)) << 10


def _kilobytes(path: str, names: tuple[str, ...]) -> int:
    """Add up lines such as `VmPTE:  1232 kB` (see `proc(5)`); 0 for a process that has ended."""
    try:
        lines = Path(path).read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(names))


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
