"""Start a program in the sandbox."""

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from coursekit.sandbox import enter
from coursekit.sandbox.bubblewrap import MATPLOTLIB, bubblewrap_arguments
from coursekit.sandbox.control_group import ControlGroup
from coursekit.sandbox.host import SandboxUnavailable, explain_failure, find_bubblewrap
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.processes import Process, children
from coursekit.sandbox.python_view import PYTHON, python_view
from coursekit.sandbox.sandboxed_process import SandboxedProcess
from coursekit.sandbox.system_calls import refusing_program
from coursekit.sandbox.view import WORK, View

ENVIRONMENT = {
    "HOME": "/tmp",
    "IPYTHONDIR": "/tmp/ipython",
    "LANG": "C.UTF-8",
    "MKL_NUM_THREADS": "1",
    "MPLCONFIGDIR": MATPLOTLIB,
    "NOTMNIST_SOURCE": "local",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": "/opt/python/bin:/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    "TQDM_DISABLE": "1",
    "USER": "student",
}
"""What every sandboxed program finds in its environment; nothing of ours comes along."""

UMASK = 0o022
"""Ours may be stricter; folders that are made on the way in would then be closed to the program."""

_ENTER = "/opt/sandbox/enter.py"
_FIRST_USER, _USERS = 61184, 4096
"""Numbers that systemd sets aside for users without an account; no file belongs to them."""
_START_SECONDS = 60.0


def start(
    command: Sequence[str],
    view: View,
    limits: Limits | None = None,
    *,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    stdin: Any = subprocess.DEVNULL,
    stdout: Any = None,
    stderr: Any = None,
) -> SandboxedProcess:
    """Start `command` in a sandbox that sees `view`, and return once it runs.

    `command` holds paths as the sandbox has them; `python_view.PYTHON` is the interpreter. `env`
    adds to ENVIRONMENT. The sandbox ends with its program, and with the thread that called this.

    As root, writable folders are given to a user without an account, whom the program runs as.
    Raises SandboxUnavailable when this host cannot isolate a program.
    """
    limits = limits or Limits()
    bubblewrap = find_bubblewrap()
    drops_user = os.geteuid() == 0
    user = user_of(view.work) if drops_user else os.geteuid()
    if drops_user:
        for folder in view.writable_folders:
            give(folder, user)

    view = replace(view, read_only=(*view.read_only, (Path(enter.__file__), _ENTER)))
    clear_links(view)
    python = python_view(view.python_path)
    system_calls = refusing_program()
    small_files = {
        **dict(python.files),
        "/etc/passwd": f"student:x:{user}:{user}::/tmp:/bin/sh\n",
        "/etc/group": f"student:x:{user}:\n",
        "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost sandbox\n",
    }
    ours, theirs = socket.socketpair()
    with FilesInMemory() as memory, theirs:
        arguments = bubblewrap_arguments(
            view,
            python,
            limits,
            {**ENVIRONMENT, **(env or {})},
            user=user,
            drops_user=drops_user,
            files={inside: memory.file(os.fsencode(text)) for inside, text in small_files.items()},
            system_calls=memory.file(system_calls) if system_calls and not drops_user else None,
        )
        entering = enter.enter_command(
            _ENTER,
            channel=theirs.fileno(),
            folder=WORK,
            user=user if drops_user else None,
            limits=limits.resource_limits(),
            system_calls=system_calls if drops_user else b"",
            command=list(command),
        )
        process = SandboxedProcess(
            [
                # by descriptor: anybody in the sandbox can read how its first process was called
                *(bubblewrap, "--args", str(memory.file(os.fsencode("\0".join(arguments)))), "--"),
                *(PYTHON, *entering),
            ],
            env={},
            umask=UMASK,
            pass_fds=[*memory.descriptors, theirs.fileno(), *pass_fds],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )
    try:
        with ours:
            first, program, group = _admit(process.pid, ours, limits)
    except BaseException:
        process.kill()
        process.wait()
        raise
    process.watch(first, program, group, view, limits)
    return process


def _admit(
    bubblewrap: int, channel: socket.socket, limits: Limits
) -> tuple[Process, Process, ControlGroup | None]:
    """Wait until the program stands at the door, bound it, let it in; see `enter.main`.

    Returns the first process in the sandbox, the program, and the group that bounds both.
    """
    channel.settimeout(_START_SECONDS)
    try:
        if channel.recv(100) != b"inside":
            raise SandboxUnavailable(explain_failure())
        first = Process(children(bubblewrap)[0])
        program = Process(children(first.number)[0])
        enter.lower_limits(
            first.number, limits.resource_limits()
        )  # should the program take it over
        group = ControlGroup.around((first.number, program.number), limits)
        channel.sendall(b"\n")
        answer = channel.recv(1000).decode(errors="replace")
    except TimeoutError:
        raise SandboxUnavailable(
            f"The sandbox did not start within {_START_SECONDS:g} seconds; run `coursekit doctor`."
        ) from None
    if answer != "ready":
        raise SandboxUnavailable(
            f"The sandbox could not be closed ({answer or 'it ended'}); run `coursekit doctor`."
        )
    return first, program, group


class FilesInMemory(ExitStack):
    """Files without a name, which bubblewrap reads by their descriptors."""

    def __init__(self) -> None:
        super().__init__()
        self.descriptors: list[int] = []

    def file(self, content: bytes) -> int:
        """Return the descriptor of a file that holds `content`; it is closed with this object."""
        descriptor = os.memfd_create("sandbox")
        self.callback(os.close, descriptor)
        self.descriptors.append(descriptor)
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor


def user_of(folder: Path) -> int:
    """Return the user that programs in `folder` run as: the same one for the same folder."""
    return _FIRST_USER + folder.stat().st_ino % _USERS


def give(folder: Path, user: int) -> None:
    """Make `user` the owner of everything in `folder`.

    No link is followed. `chown` walks by descriptors, so that neither the depth of folders nor a
    link that is put in a folder's place meanwhile leads it astray.
    """
    owner = f"{user}:{user}"
    subprocess.run(["chown", "-hR", "--", owner, str(folder)], capture_output=True, check=False)


def clear_links(view: View) -> None:
    """Remove links where something is to be mounted in `work`: bubblewrap would follow them."""
    for _, inside in (*view.read_only, *view.writable):
        if PurePosixPath(inside).parent == PurePosixPath(WORK):
            point = view.work / PurePosixPath(inside).name
            if point.is_symlink():
                point.unlink()
