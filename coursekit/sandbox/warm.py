"""Start sandboxed programs warm: forked from a process that has the heavy imports done.

A cold start costs a second or two of imports; a fork costs milliseconds. Whatever `launch.start`
promises holds for a forked program too.
"""

import array
import json
import os
import select
import socket
import struct
import subprocess
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coursekit.sandbox import enter, warm_parent
from coursekit.sandbox.bubblewrap import bubblewrap_arguments
from coursekit.sandbox.control_group import ControlGroup
from coursekit.sandbox.forked_process import ForkedProcess
from coursekit.sandbox.host import SandboxUnavailable, explain_failure, find_bubblewrap
from coursekit.sandbox.launch import (
    ENVIRONMENT,
    UMASK,
    FilesInMemory,
    clear_links,
    give,
    user_of,
)
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.processes import Process, children
from coursekit.sandbox.python_view import PYTHON, python_view
from coursekit.sandbox.system_calls import refusing_program
from coursekit.sandbox.view import WORK, Mount, View

_SCRIPT = "/opt/sandbox/warm_parent.py"
_SHARED = "/opt/shared"
_START_SECONDS = 60.0
_FORK_SECONDS = 20.0


class WarmParent:
    """A process with `modules` imported, which forks programs.

    Its programs see the `read_only` mounts and `python_path`, as View has them, and may write only
    to what lies below `base`. `env` adds to ENVIRONMENT, `isolated` is Python's `-I`. The imports
    go on when the constructor returns; the first program waits for them. Where the host cannot do
    it, `start` raises SandboxUnavailable; `launch.start` may still be able to.

    A process that this one starts can be given a copy, pickled by multiprocessing. The copy starts
    programs, too, which end with the process that started them; `close` ends those of all.
    """

    def __init__(
        self,
        base: Path,
        modules: Sequence[str],
        read_only: tuple[Mount, ...] = (),
        python_path: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
        isolated: bool = False,
    ) -> None:
        self.base = base.resolve()
        self._read_only, self._python_path = read_only, python_path
        self._isolated = isolated
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        own_code = (
            (Path(enter.__file__), "/opt/sandbox/enter.py"),
            (Path(warm_parent.__file__), _SCRIPT),
        )
        work = self.base / "empty"
        work.mkdir(exist_ok=True)
        self._in_work = [
            ((host, f"{_SHARED}/{number}"), inside)
            for number, (host, inside) in enumerate(read_only)
            if inside.startswith(f"{WORK}/")  # each program has a folder of its own there
        ]
        elsewhere = [mount for mount in read_only if not mount[1].startswith(f"{WORK}/")]
        mounts = (*own_code, *elsewhere, *(mount for mount, _ in self._in_work))
        view = View(work, mounts, ((self.base, warm_parent.RUNS),), python_path)
        with theirs:
            self._process = _start_parent(view, theirs.fileno(), modules, env or {}, isolated)
        weakref.finalize(self, _end, self._control, self._process)
        self._warm = False

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_lock": None, "_process": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    @property
    def alive(self) -> bool:
        if self._control.fileno() < 0:
            return False
        watched = select.poll()
        watched.register(self._control, 0)
        return not watched.poll(0)  # which tells of a socket that was hung up

    @property
    def is_copy(self) -> bool:
        return self._process is None

    def can_start(self, view: View) -> bool:
        """Return whether a program that sees `view` can be forked here."""
        return (view.read_only, view.python_path) == (self._read_only, self._python_path) and all(
            folder.resolve().is_relative_to(self.base) for folder in view.writable_folders
        )

    def start(
        self,
        command: Sequence[str],
        view: View,
        limits: Limits | None = None,
        *,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> ForkedProcess:
        """Fork a program, and return once it runs; the arguments are those of `launch.start`.

        `command` is `PYTHON, "-m", module, arguments...`, with `-I` if this parent is isolated.
        Raises SandboxUnavailable when the program cannot be closed in.
        """
        limits = limits or Limits()
        drops_user = os.geteuid() == 0
        user = user_of(view.work) if drops_user else None
        if user is not None:
            for folder in view.writable_folders:
                give(folder, user)
        clear_links(view)
        request = {
            "command": command[command.index("-m") + 1 :],
            "isolated": self._isolated,
            "folder": WORK,
            "user": user,
            "limits": limits.resource_limits(),
            "scratch_bytes": limits.scratch_bytes,
            "system_calls": refusing_program().hex(),
            "environment": dict(env or {}),
            "pass_fds": list(pass_fds),
            "writable": [
                (self._below_runs(host), inside)
                for host, inside in ((view.work, WORK), *view.writable)
            ],
            "read_only": [(place, inside) for (_, place), inside in self._in_work],
        }
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        ours.settimeout(_FORK_SECONDS)
        try:
            with theirs, self._lock:
                self._await_imports()
                message = json.dumps(request).encode()
                socket.send_fds(self._control, [message], [theirs.fileno(), *pass_fds])
            return _admit(ours, view, limits)
        except (OSError, IndexError) as error:
            ours.close()
            raise SandboxUnavailable(
                f"A program could not be forked from the warm parent: {error}"
            ) from error

    def _await_imports(self) -> None:
        if self._warm:
            return
        self._control.settimeout(_START_SECONDS)
        try:
            # left there, for those who have a copy
            answer = self._control.recv(4096, socket.MSG_PEEK).decode(errors="replace")
        except TimeoutError:
            answer = f"it was not ready after {_START_SECONDS:g} seconds"
        if answer != "warm":
            self.close()
            raise SandboxUnavailable(
                f"The warm parent did not start: {answer or explain_failure()}"
            )
        self._warm = True

    def close(self) -> None:
        """End the parent, and with it all its programs."""
        _end(self._control, self._process)

    def _below_runs(self, folder: Path) -> str:
        return f"{warm_parent.RUNS}/{folder.resolve().relative_to(self.base)}"


def _start_parent(
    view: View, control: int, modules: Sequence[str], env: Mapping[str, str], isolated: bool
) -> subprocess.Popen[bytes]:
    """Start the parent under bubblewrap, with what it takes to isolate its programs further."""
    bubblewrap = find_bubblewrap()
    drops_user = os.geteuid() == 0
    python = python_view(view.python_path)
    with FilesInMemory() as memory:
        arguments = bubblewrap_arguments(
            view,
            python,
            Limits(),
            {**ENVIRONMENT, **env},
            user=os.geteuid(),
            drops_user=drops_user,
            files={inside: memory.file(os.fsencode(text)) for inside, text in python.files},
            system_calls=None,
        )
        if drops_user:
            for capability in ("CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_KILL"):
                arguments += ["--cap-add", capability]
        options = str(memory.file(os.fsencode("\0".join(arguments))))
        return subprocess.Popen(
            [
                *(bubblewrap, "--args", options, "--"),
                *(PYTHON, *(["-I"] if isolated else []), _SCRIPT, str(control), *modules),
            ],
            env={},
            umask=UMASK,
            pass_fds=[*memory.descriptors, control],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for who started it
        )


def _admit(channel: socket.socket, view: View, limits: Limits) -> ForkedProcess:
    """Wait until the program stands at the door, bound it, let it in; see `warm_parent`."""
    text, supervisor_number = _receive(channel)
    if text != "forked":
        raise OSError(text or "it ended")
    supervisor = Process(supervisor_number)
    text, _ = _receive(channel)
    if text != "inside":
        raise OSError(text or "it ended")
    first = Process(children(supervisor.number)[0])
    program = Process(children(first.number)[0])
    group = ControlGroup.around((first.number, program.number), limits)
    channel.send(b"\n")
    text, _ = _receive(channel)
    if text != "ready":
        raise OSError(text or "it ended")
    process = ForkedProcess(supervisor, channel)
    process.watch(first, program, group, view, limits)
    return process


def _receive(channel: socket.socket) -> tuple[str, int]:
    """Return a message, and the number by which we know the process that sent it."""
    size = struct.calcsize("3i")
    message, extra, _, _ = channel.recvmsg(4096, socket.CMSG_SPACE(size))
    for level, kind, data in extra:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            return message.decode(errors="replace"), array.array("i", data[:size])[0]
    return message.decode(errors="replace"), 0


def _end(control: socket.socket, process: subprocess.Popen[bytes] | None) -> None:
    control.close()
    if process is not None:  # which a copy does not have
        process.kill()
        process.wait()
