"""What a sandboxed program may see of the host's files."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

WORK = "/work"
"""Where the program's working folder lies for the program."""

Mount = tuple[Path, str]
"""A path of the host, and where the program finds it."""


@dataclass(frozen=True)
class View:
    """The folders of one program, besides the system's libraries and Python.

    `work` is writable, lies at `/work` and is where the program starts. A link in it that leads
    elsewhere dangles. `read_only` and `writable` may lie in `/work` itself (the points to mount
    them on are made in `work`), but not deeper, where the program could lead us astray.
    `python_path` holds paths as the program sees them, which it imports from after its packages,
    also under `python -I`.
    """

    work: Path
    read_only: tuple[Mount, ...] = ()
    writable: tuple[Mount, ...] = ()
    python_path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for _, inside in (*self.read_only, *self.writable):
            path = PurePosixPath(inside)
            if not path.is_absolute() or ".." in path.parts:
                raise ValueError(f"{inside}: a path in the sandbox must be absolute")
            if path.is_relative_to(WORK) and path.parent != PurePosixPath(WORK):
                raise ValueError(f"{inside}: mount it in {WORK} itself, or elsewhere")

    @property
    def writable_folders(self) -> tuple[Path, ...]:
        """The host's folders that the program may fill."""
        return (self.work, *(host for host, _ in self.writable))
