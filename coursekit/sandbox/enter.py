"""The last steps into the sandbox, taken inside it: give up the user, the means, the system calls.

Runs as a script, `python -I -S enter.py ...` (see `enter_command`), and ends as the command. So it
imports only what is there anyway or loads fast: each start waits for it. A kernel that is forked
instead of started takes the same steps by calling `confine`.
"""

import ctypes
import os
import resource
import signal
import sys

_CLONE_NEWUSER = 0x10000000
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2


def enter_command(
    script: str,
    channel: int,
    folder: str,
    user: int | None,
    limits: dict[int, int],
    system_calls: bytes,
    command: list[str],
) -> list[str]:
    """Return the arguments that let Python run `script`, this file, and become `command`.

    `channel` is the descriptor of a socket to the starter: it hears `inside`, answers with one byte
    when the script may go on, and then hears `ready` or what went wrong. `folder` is where the
    command starts; the rest is as for `confine`.
    """
    bounds = ",".join(f"{number}={value}" for number, value in limits.items())
    chosen = "" if user is None else str(user)
    return [
        *("-I", "-S", script, str(channel), folder, chosen, bounds, system_calls.hex()),
        *command,
    ]


def main(arguments: list[str]) -> None:
    """Confine this process and become the command; `arguments` are as `enter_command` made them."""
    channel, folder, user, bounds, system_calls, *command = arguments
    starter = int(channel)
    os.set_inheritable(starter, False)
    os.write(starter, b"inside")
    if not os.read(starter, 1):
        os._exit(126)
    try:
        confine(
            int(user) if user else None,
            {int(number): int(value) for number, value in _pairs(bounds)},
            bytes.fromhex(system_calls),
        )
        os.chdir(folder)  # root without its privileges may not enter it
        os.environ["PWD"] = folder
    except OSError as error:
        os.write(starter, str(error).encode())
        os._exit(126)
    os.write(starter, b"ready")
    os.close(starter)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ours may be ignored
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"sandbox: {command[0]} does not start: {error}\n".encode())
        os._exit(127)


def confine(user: int | None, limits: dict[int, int], system_calls: bytes) -> None:
    """Give up, for good and for all children: the user, means above `limits`, system calls.

    `user` is the user and group to become, None to remain; `limits` maps `resource.RLIMIT_*` to
    values; `system_calls` is a BPF program that says which calls fail, empty for none. Raises
    OSError when the kernel refuses a step; the process must then end.
    """
    with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123 (pathlib loads slowly)
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


def lower_limits(process: int, limits: dict[int, int]) -> None:
    """Bound a process, 0 for this one, by `resource.RLIMIT_*` numbers and values, for good."""
    for number, value in limits.items():
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
    be_the_only_user(user)


def be_the_only_user(user: int) -> None:
    """Show `user`, and nobody else, under the same number in the new user namespace."""
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

    instructions = Program(len(program) // 8, program)
    _call(libc.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call(libc.prctl, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(instructions), 0, 0)


def _call(function: "ctypes._NamedFuncPointer", *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")


def _pairs(text: str) -> list[list[str]]:
    return [pair.split("=") for pair in text.split(",") if pair]


if __name__ == "__main__":
    main(sys.argv[1:])
