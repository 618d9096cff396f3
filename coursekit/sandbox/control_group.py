"""A control group of the Linux kernel: bounds for a tree of processes together.

Version 1 keeps one hierarchy per controller, version 2 one for all. Hosts have either, both or
none that we may write to; without one, `watch` counts instead.
"""

import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coursekit.sandbox.limits import Limits

_ROOT = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class ControlGroup:
    """The folders, one per hierarchy, that bound one sandbox."""

    folders: tuple[Path, ...]
    controllers: tuple[str, ...]
    """What it bounds: `memory`, `pids` or both."""

    @classmethod
    def around(cls, processes: Iterable[int], limits: Limits) -> "ControlGroup | None":
        """Bound processes, and all that they start from then on, by `limits` together.

        Returns None where this host lets us make no group.
        """
        name = f"sandbox-{os.getpid()}-{next(_numbers)}"
        folders = []
        controllers: list[str] = []
        for parent, offered in _parents(_ROOT, _MEMBERSHIP):
            missing = [controller for controller in offered if controller not in controllers]
            if not missing:
                continue
            _remove_left_over(parent)
            folder = parent / name
            try:
                folder.mkdir()
            except OSError:
                continue
            try:
                for controller in missing:
                    _bound(folder, controller, limits)
                for process in processes:
                    (folder / "cgroup.procs").write_text(str(process))
            except OSError:
                with contextlib.suppress(OSError):
                    folder.rmdir()
                continue
            folders.append(folder)
            controllers += missing
        return cls(tuple(folders), tuple(sorted(controllers))) if folders else None

    def out_of_memory(self) -> bool:
        """Return whether the kernel ended a process in here because memory ran out."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError):
                    lines = (folder / name).read_text().splitlines()
                    if any(line.startswith("oom_kill ") and line[9:] != "0" for line in lines):
                        return True
        return False

    def remove(self) -> None:
        """Remove the group, whose processes have ended."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _remove_left_over(parent: Path) -> None:
    """Remove groups whose maker was killed; a group that holds a process stays."""
    for folder in parent.glob("sandbox-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _bound(folder: Path, controller: str, limits: Limits) -> None:
    if controller == "pids":
        (folder / "pids.max").write_text(str(limits.processes))
        return
    for name, value in (
        ("memory.max", limits.memory_bytes),  # version 2
        ("memory.swap.max", 0),
        ("memory.limit_in_bytes", limits.memory_bytes),  # version 1
        ("memory.memsw.limit_in_bytes", limits.memory_bytes),
    ):
        if (folder / name).exists():
            (folder / name).write_text(str(value))


def _parents(root: Path, membership: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield folders in which a group can be made, and the controllers that it would have.

    Groups are made inside our own, or the nearest one above that hands its controllers down, so
    that what bounds us bounds the sandbox too. A line of `membership` reads `4:memory:/path`, or
    `0::/path` for version 2 (see `cgroups(7)`).
    """
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, names, path = line.split(":", 2)
        inside = path.lstrip("/")
        if names:
            offered = tuple(name for name in names.split(",") if name in ("memory", "pids"))
            folder = root / names / inside
            if offered and os.access(folder, os.W_OK):
                yield folder, offered
            continue
        base = root if (root / "cgroup.controllers").exists() else root / "unified"
        for folder in (base / inside, *(base / inside).parents):
            if not folder.is_relative_to(base):
                break
            try:
                handed_down = (folder / "cgroup.subtree_control").read_text().split()
            except OSError:
                break
            offered = tuple(name for name in ("memory", "pids") if name in handed_down)
            if offered and os.access(folder, os.W_OK):
                yield folder, offered
                break
