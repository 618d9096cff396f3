"""A warm parent for kernels and one for judges, for as long as this process grades."""

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from coursekit.sandbox.view import Mount
from coursekit.sandbox.warm import WarmParent

_KERNEL = (
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "tornado.platform.asyncio",
)
_JUDGE = ("coursekit.judge.ready",)


@dataclass(frozen=True)
class Shown:
    """What of ours the programs see: a kernel `utils`, a judge `kit`, with its search path."""

    utils: tuple[Mount, ...]
    kit: tuple[Mount, ...]
    kit_path: tuple[str, ...]


@dataclass(frozen=True)
class WarmParents:
    """Both parents. Their programs can write only to folders below `base`."""

    base: Path
    shown: Shown
    kernels: WarmParent
    judges: WarmParent

    @property
    def alive(self) -> bool:
        return self.kernels.alive and self.judges.alive

    def close(self) -> None:
        """End both, and what they forked; a copy in another process is given up."""
        self.kernels.close()
        self.judges.close()
        if not self.kernels.is_copy:
            shutil.rmtree(self.base, ignore_errors=True)


folder_of_runs = "/tmp"
"""Where the parents' folders are; a path that leaves room in the short name of a socket."""

_parents: WarmParents | None = None
_starting = threading.Lock()
"""A Dask worker may execute notebooks in several threads."""


def warm_parents(
    preload: tuple[str, ...],
    show: Callable[[], Shown],
    kernel_environment: Mapping[str, str],
    judge_environment: Mapping[str, str],
) -> WarmParents:
    """Return this process's warm parents, started on first use and again should they have died.

    Both import the modules of `preload`. `show` is asked what they see when they start. Each has
    the environment of what it forks: modules read it when they are imported. What the first call
    says holds for all.
    """
    global _parents
    with _starting:
        if _parents is not None and _parents.alive:
            return _parents
        if _parents is not None:
            _parents.close()
        base = Path(tempfile.mkdtemp(prefix="ck-", dir=folder_of_runs))
        base.chmod(0o711)  # a program enters its own folder and cannot list the others'
        shown = show()
        _parents = WarmParents(
            base,
            shown,
            WarmParent(base, (*_KERNEL, *preload), shown.utils, env=kernel_environment),
            WarmParent(
                base,
                (*preload, *_JUDGE),
                shown.kit,
                shown.kit_path,
                env=judge_environment,
                isolated=True,
            ),
        )
        return _parents


def use(parents: WarmParents) -> None:
    """Let `warm_parents` return these, a copy of another process's, while they live."""
    global _parents
    _parents = parents


@atexit.register
def close() -> None:
    """End this process's warm parents, if there are any."""
    if _parents is not None:
        _parents.close()
