"""Where a submission's kernel and its judge run: each in a sandbox of its own, or in none."""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Protocol

from jupyter_client.manager import AsyncKernelManager

from coursekit.course import REPOSITORY
from coursekit.sandbox.forked_process import ForkedProcess
from coursekit.sandbox.graders_client import GradersClient
from coursekit.sandbox.host import SandboxUnavailable
from coursekit.sandbox.launch import start
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.manager import sandboxed_kernel_manager
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.view import WORK, View
from coursekit.warm_parents import Shown, WarmParents, warm_parents

KERNEL_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NOTMNIST_SOURCE": "local",
    "TQDM_DISABLE": "1",
    "PYTHONHASHSEED": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # or the debugger, which nobody uses, warns when loaded
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
"""Threads, the data's source and hashes are fixed, so that a mark depends on nothing else.

The plots' backend is what a kernel would set for itself, before matplotlib is imported: in a warm
one that has happened by then, and no plot would be shown.
"""

_JUDGE_ENVIRONMENT = {**KERNEL_ENVIRONMENT, "MPLBACKEND": "Agg"}

_KIT = "/opt/kit"
"""Where the judge finds what is ours in its sandbox."""

Running = subprocess.Popen[bytes] | ForkedProcess
"""A process that can be asked and killed."""


class Isolation(Protocol):
    """Starts the processes of one notebook. They share `folder`, where both start."""

    folder: Path

    def kernel_manager(self) -> AsyncKernelManager:
        """Return the manager of a fresh kernel."""

    def start_judge(self, arguments: list[str], descriptor: int) -> Running:
        """Start Python with `arguments` and one open descriptor."""

    def seen(self, path: Path) -> str:
        """Return how the kernel sees a path in `folder`."""


class Sandboxed:
    """Kernel and judge see Python and `folder`; the judge also sees the kit, the kernel nothing."""

    def __init__(
        self, folder: Path, limits: Limits | None = None, warm: WarmParents | None = None
    ) -> None:
        """`warm`, if given, forks what runs in `folder`; otherwise it is started cold."""
        self.folder = folder
        self._limits = limits or Limits()
        self._warm = warm
        self._shown = warm.shown if warm else shown()

    def kernel_manager(self) -> AsyncKernelManager:
        return sandboxed_kernel_manager(
            View(self.folder, read_only=self._shown.utils),
            self._limits,
            KERNEL_ENVIRONMENT,
            self._warm.kernels if self._warm else None,
        )

    def start_judge(self, arguments: list[str], descriptor: int) -> Running:
        begin = self._warm.judges.start if self._warm else start
        return begin(
            [PYTHON, "-I", *arguments],
            View(self.folder, read_only=self._shown.kit, python_path=self._shown.kit_path),
            self._limits,
            env=_JUDGE_ENVIRONMENT,
            pass_fds=[descriptor],
        )

    def seen(self, path: Path) -> str:
        return f"{WORK}/{path.relative_to(self.folder).as_posix()}"


class Unsandboxed:
    """Kernel and judge run as this user, and see what this user sees."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        not_needed = shutil.ignore_patterns("embedded", "images", "__pycache__")
        shutil.copytree(REPOSITORY / "utils", folder / "utils", ignore=not_needed)

    def kernel_manager(self) -> AsyncKernelManager:
        manager = _OrdinaryKernel(kernel_name="python3")
        manager.client_factory = GradersClient
        return manager

    def start_judge(self, arguments: list[str], descriptor: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-I", *arguments],
            cwd=self.folder,
            env={**os.environ, **_JUDGE_ENVIRONMENT},
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
        )

    def seen(self, path: Path) -> str:
        return str(path)


class _OrdinaryKernel(AsyncKernelManager):
    """A kernel in our own environment, with its threads fixed."""

    async def _async_start_kernel(self, **options: Any) -> None:
        options["env"] = {**os.environ, **options.get("env", {}), **KERNEL_ENVIRONMENT}
        await super()._async_start_kernel(**options)

    start_kernel = _async_start_kernel


@functools.cache
def shown() -> Shown:
    """Return what of this checkout a kernel and a judge see, where each looks for it."""
    utils, kit = readable(REPOSITORY / "utils"), readable(REPOSITORY / "coursekit")
    return Shown(
        utils=((utils, f"{WORK}/utils"),),
        kit=((kit, f"{_KIT}/coursekit"), (utils, f"{_KIT}/utils")),
        kit_path=(_KIT,),
    )


def readable(folder: Path) -> Path:
    """Return `folder`, or a copy of it where root keeps it from the users that programs run as.

    A checkout that was cloned with umask 077 is like that. The copy goes when this process ends.
    """
    if os.geteuid() != 0 or not closed_to_others(folder):
        return folder
    place = tempfile.mkdtemp(prefix="coursekit-")  # which only root enters
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    copy = Path(shutil.copytree(folder, Path(place, folder.name)))
    subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
    return copy


def closed_to_others(folder: Path) -> Path | None:
    """Return the first thing in `folder` that other users may not read, None if there is none."""
    for path in (folder, *folder.rglob("*")):
        needed = 0o005 if path.is_dir() else 0o004
        if path.name != "__pycache__" and path.suffix != ".pyc" and needed & ~path.lstat().st_mode:
            return path
    return None


@functools.cache
def why_no_sandbox() -> str | None:
    """Return a sentence on why this host has no sandbox, found by trying; None if it has one."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        try:
            status = start(
                [PYTHON, "-I", "-c", "import traitlets"],
                View(Path(folder)),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ).wait(60)
        except SandboxUnavailable as error:
            return str(error)
    if status != 0:
        return (
            "Python or its packages cannot be read by the user that submissions run as, perhaps as "
            f"they were installed with umask 077; run 'chmod -R go+rX {sys.prefix}' and try again."
        )
    return None


def warm(preload: tuple[str, ...]) -> WarmParents | None:
    """Return this process's warm parents, which have the modules of `preload` imported.

    None where programs cannot be forked (an ordinary user may be refused a second /proc), found by
    trying; they are started then.
    """
    if why_no_sandbox() is not None or not _can_fork(preload):
        return None
    return begin_warm(preload)


def begin_warm(preload: tuple[str, ...]) -> WarmParents:
    """Start this process's warm parents, if they are not there, and do not wait for them."""
    return warm_parents(preload, shown, KERNEL_ENVIRONMENT, _JUDGE_ENVIRONMENT)


@functools.cache
def _can_fork(preload: tuple[str, ...]) -> bool:
    parents = begin_warm(preload)
    with tempfile.TemporaryDirectory(dir=parents.base) as folder:
        try:
            view = View(Path(folder), read_only=parents.shown.utils)
            parents.kernels.start([PYTHON, "-m", "keyword"], view).wait(60)
        except SandboxUnavailable:
            parents.close()
            return False
    return True
