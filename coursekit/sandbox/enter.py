"""The last steps into the sandbox, taken inside it: give up the user, the means, the system calls.

Runs as `python -I -S enter.py SETTINGS COMMAND...`, where it may import nothing but Python's own
library, and ends as COMMAND. A kernel that is forked instead of started takes the same steps by
calling `confine`.
"""

import ctypes
import json
import os
import resource
import socket
import sys
from collections.abc import Mapping
from typing import TypedDict

_CLONE_NEWUSER = 0x10000000
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2


class Settings(TypedDict):
    """What the starter says; plain values, as they travel as JSON."""

    folder: str
    """Where the command starts."""
    channel: int
    """Descriptor of a socket to the starter: it says when to go on, and hears what went wrong."""
    user: int | None
    """User and group to become, when started as root; `None` keeps the present one."""
    limits: dict[str, int]
    """`resource.RLIMIT_*` numbers (JSON's keys are text) and values."""
    system_calls: str
    """The filter of system calls, a compiled BPF program in hexadecimal; empty for none."""


def main() -> None:
    """Confine this process and become the command."""
    settings: Settings = json.loads(sys.argv[1])
    command = sys.argv[2:]
    channel = socket.socket(fileno=settings["channel"])
    channel.set_inheritable(False)
    channel.sendall(b"inside\n")
    if channel.recv(1) != b"\n":
        os._exit(126)
    try:
        confine(settings["user"], settings["limits"], bytes.fromhex(settings["system_calls"]))
        os.chdir(settings["folder"])  # root without its privileges may not enter it
        os.environ["PWD"] = settings["folder"]
    except OSError as error:
        channel.sendall(f"{error}\n".encode())
        os._exit(126)
    channel.sendall(b"ready\n")
    channel.close()
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"sandbox: {command[0]} does not start: {error}", file=sys.stderr, flush=True)
        os._exit(127)


def confine(user: int | None, limits: Mapping[str, int], system_calls: bytes) -> None:
    """Give up, for good and for all children: the user, the means above `limits`, system calls.

    Raises OSError when the kernel refuses a step; the process must then end.
    """
    with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123 (starts faster)
        file.write("1000")  # when the host runs out of memory, this goes first
    libc = ctypes.CDLL(None, use_errno=True)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _own_user_namespace(libc, user)
    lower_limits(0, limits)
    if system_calls:
        _filter_system_calls(libc, system_calls)


def lower_limits(process: int, limits: Mapping[str, int]) -> None:
    """Bound a process, 0 for this one, by `resource.RLIMIT_*` numbers and values, for good."""
    for name, value in limits.items():
        number = int(name)
        hard = resource.prlimit(process, number)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.prlimit(process, number, (value, value))


def _own_user_namespace(libc: ctypes.CDLL, user: int) -> None:
    """Enter a user namespace in which `user` is the only one.

    Processes are then counted for this sandbox alone. Some hosts refuse it to ordinary users; the
    user, who runs nothing else, is counted by itself there.
    """
    _call(libc.prctl, _PR_SET_DUMPABLE, 1, 0, 0, 0)  # giving up root took /proc/self from us
    if libc.unshare(_CLONE_NEWUSER) != 0:
        return
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{user} {user} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
            file.write(text)


def _filter_system_calls(libc: ctypes.CDLL, program: bytes) -> None:
    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    filters = Program(len(program) // 8, program)
    _call(libc.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call(libc.prctl, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filters), 0, 0)


def _call(function: "ctypes._NamedFuncPointer", *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
