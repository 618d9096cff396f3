"""What a sandboxed program may see of the host's files."""

from dataclasses import dataclass
from pathlib import Path

WORK = "/work"
"""Where the program's working folder lies for the program."""

Mount = tuple[Path, str]
"""A path of the host, and where the program finds it."""


@dataclass(frozen=True)
class View:
    """The folders of one program, besides the system's libraries and Python.

    `work` is writable, lies at `/work` and is where the program starts. A link in it that leads
    elsewhere dangles. `read_only` and `writable` may lie inside `/work`; the points to mount them
    on are then made in `work`. `python_path` holds paths as the program sees them, which it imports
    from after its packages, also under `python -I`.
    """

    work: Path
    read_only: tuple[Mount, ...] = ()
    writable: tuple[Mount, ...] = ()
    python_path: tuple[str, ...] = ()

    @property
    def writable_folders(self) -> tuple[Path, ...]:
        """The host's folders that the program may fill."""
        return (self.work, *(host for host, _ in self.writable))
