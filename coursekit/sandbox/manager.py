"""A manager of one sandboxed kernel, as nbclient wants it."""

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from coursekit.sandbox.graders_client import GradersClient
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.provisioner import NAME
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.view import View
from coursekit.sandbox.warm import WarmParent

_LONGEST_SOCKET_PATH = 107
"""Bytes that Linux allows, see `unix(7)`."""


def sandboxed_kernel_manager(
    view: View,
    limits: Limits | None = None,
    env: Mapping[str, str] | None = None,
    warm: WarmParent | None = None,
) -> AsyncKernelManager:
    """Return a manager whose kernel runs in the sandbox, sees `view` and uses at most `limits`.

    Give it to nbclient as `km`, or start it yourself. Each manager has a folder for its sockets,
    which is removed with the manager. After the kernel has died, `manager.provisioner.reason` says
    which limit it had passed. `warm` forks the kernel, if given, where that is possible.
    """
    folder = _socket_folder([warm.base] if warm else [])
    manager = _SandboxedKernelManager(
        transport="ipc",
        ip=str(folder / "k"),
        connection_file=str(folder / "kernel.json"),
        kernel_name="python3",
    )
    manager.client_factory = GradersClient
    manager._kernel_spec = KernelSpec(
        argv=[
            *(PYTHON, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
            "--HistoryManager.enabled=False",
        ],
        display_name="Python in the sandbox",
        language="python",
        metadata={
            "kernel_provisioner": {
                "provisioner_name": NAME,
                "config": {
                    "view": view,
                    "limits": limits or Limits(),
                    "environment": dict(env or {}),
                    "warm": warm,
                },
            }
        },
    )
    weakref.finalize(manager, shutil.rmtree, folder, ignore_errors=True)
    return manager


class _SandboxedKernelManager(AsyncKernelManager):
    """Notices the end of a kernel that was killed sooner than in a tenth of a second."""

    async def _async_wait(self, pollinterval: float = 0.01) -> None:
        await super()._async_wait(pollinterval)


def _socket_folder(preferred: Iterable[Path]) -> Path:
    """Make a folder with a path that is short enough for sockets in it."""
    for base in (*preferred, os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
        if base and Path(base).is_dir() and os.access(base, os.W_OK):
            folder = Path(tempfile.mkdtemp(prefix="ck-", dir=base)).resolve()
            if len(os.fsencode(folder / "k-99999")) <= _LONGEST_SOCKET_PATH:
                return folder
            folder.rmdir()
    raise OSError("no folder for the kernel's sockets has a path of fewer than 100 characters")
