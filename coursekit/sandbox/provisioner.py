"""Jupyter kernels in the sandbox: a kernel provisioner, named `coursekit-sandbox`.

A kernel without network talks over files (transport `ipc`), which must lie where the kernel and we
both find them: `connection_folder` is seen under its own name, and the program may write to it.
"""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Instance

from coursekit.course import CourseError
from coursekit.sandbox.forked_process import ForkedProcess
from coursekit.sandbox.launch import start
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.sandboxed_process import SandboxedProcess
from coursekit.sandbox.view import View
from coursekit.sandbox.warm import WarmParent

NAME = "coursekit-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """Start a kernel in the sandbox, and end all that it started when it ends.

    Without a `view` the kernel sees the folder that it is started in and nothing else.
    """

    view = Instance(View, allow_none=True)
    limits = Instance(Limits, args=())
    environment = Dict(help="What the kernel finds besides `launch.ENVIRONMENT`.")
    warm = Instance(WarmParent, allow_none=True)
    """Forks the kernel, where it can; otherwise the kernel is started."""

    reason: str | None = None
    """Why the kernel was ended from outside, as a sentence; None when it was not."""

    _sandbox: SandboxedProcess | ForkedProcess | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start `cmd` in the sandbox; the environment that Jupyter offers stays outside."""
        manager: Any = self.parent
        connection = Path(manager.connection_file).parent
        if manager.transport != "ipc" or Path(manager.ip).parent != connection:
            raise CourseError(
                "A sandboxed kernel has no network: use transport 'ipc', and an `ip` that is a "
                "path in the folder of the connection file (sandboxed_kernel_manager does both)."
            )
        view = self.view or View(Path(kwargs.get("cwd") or Path.cwd()))
        view = View(
            view.work,
            view.read_only,
            (*view.writable, (connection, str(connection))),
            view.python_path,
        )
        self.reason = None
        if self.warm and self.warm.can_start(view):
            self._sandbox = self.warm.start(cmd, view, self.limits, env=self.environment)
        else:
            self._sandbox = start(
                cmd,
                view,
                self.limits,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self.process = self._sandbox  # type: ignore[assignment]
        self.pid = self._sandbox.pid
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel; SIGTERM and SIGKILL end everything in the sandbox."""
        if self._sandbox:
            self._sandbox.send_signal(signum)

    async def wait(self) -> int | None:
        """Return the exit status once everything in the sandbox has ended."""
        if self._sandbox is None or self.process is None:
            return await super().wait()
        status = await asyncio.to_thread(self._sandbox.wait)
        self.reason = self._sandbox.reason
        self.process = None
        return status

    async def poll(self) -> int | None:
        """Return the exit status of the kernel, None while it runs."""
        status = await super().poll()
        if status is not None and self._sandbox:
            self.reason = self._sandbox.reason
        return status
