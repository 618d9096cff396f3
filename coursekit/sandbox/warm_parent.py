"""The warm parent: does the imports that take long once, and forks programs that have them.

Runs as a script in a sandbox of its own, see `warm`. Each program gets namespaces, mounts and
limits of its own before any of its code runs, and nothing that leads back to the parent; so the
parent never runs what it does not trust.

    parent ── A, waits ── B, first process of the program's namespace ── C, the program

A tells the starter who it is, C waits at the door until the starter has bounded it, and A reports
how the program ended.
"""

import ctypes
import gc
import importlib
import json
import os
import random
import resource
import runpy
import select
import signal
import socket
import struct
import sys
from typing import Any, NoReturn

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
sys.path.insert(0, _HERE)
import enter  # noqa: E402

sys.path[:] = [path for path in sys.path if path != _HERE]  # programs import nothing from here

RUNS = "/runs"
"""Where the parent sees the folders of all programs; a program does not see it."""

_CLONE_NEWNS = 0x00020000
_CLONE_NEWUTS = 0x04000000
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWPID = 0x20000000
_CLONE_NEWNET = 0x40000000

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18

_LOOK_FOR_A_KERNEL = ("matplotlib_inline.backend_inline",)
"""Modules that tie themselves to the running kernel when imported; here they would find none."""

_LARGEST_REQUEST = 1 << 18
_libc = ctypes.CDLL(None, use_errno=True)


def main(control: socket.socket, modules: list[str]) -> NoReturn:
    """Import `modules`, say `warm`, and fork a program for each request until `control` closes.

    A request is a JSON object (see `WarmParent.start`) with descriptors: the channel to the
    starter, and those that are passed on to the program.
    """
    for module in modules:
        importlib.import_module(module)
    for module in _LOOK_FOR_A_KERNEL:
        sys.modules.pop(module, None)  # a program that uses it imports it again
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    if threads > 1:
        control.send(f"the imports left {threads} threads running".encode())
        os._exit(1)
    gc.collect()
    gc.freeze()  # the collector would write to pages that all programs share
    control.send(b"warm")
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(control, _LARGEST_REQUEST, 64)
        except ConnectionResetError:
            message = b""  # the starter ended with an answer of ours unread
        _reap()
        if not message:
            os._exit(0)
        if os.fork() == 0:
            control.close()
            _supervise(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _supervise(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Be A: make the namespaces, start the program in them, report how it ended."""
    channel = socket.socket(fileno=descriptors[0])
    status = 126
    try:
        channel.send(b"forked")
        flags = _CLONE_NEWNS | _CLONE_NEWUTS | _CLONE_NEWIPC | _CLONE_NEWPID | _CLONE_NEWNET
        _unshare(flags, request["user"])
        first = os.fork()
        if first == 0:
            _be_first(request, channel, descriptors[1:])
        for descriptor in descriptors[1:]:
            os.close(descriptor)
        _end_with_starter(channel, first)
        status = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
        channel.send(json.dumps({"status": status}).encode())
    except OSError as error:
        _say(channel, f"failed: {error}")
    finally:
        os._exit(status & 0xFF)


def _end_with_starter(channel: socket.socket, first: int) -> None:
    """Wait until the process `first` ends; kill it, and so its namespace, when the starter ends."""
    ended = os.pidfd_open(first)
    watched = select.poll()
    watched.register(ended, select.POLLIN)
    watched.register(channel, 0)  # tells when it is hung up
    if ended not in (number for number, _ in watched.poll()):
        os.kill(first, signal.SIGKILL)
    os.close(ended)


def _be_first(request: dict[str, Any], channel: socket.socket, descriptors: list[int]) -> NoReturn:
    """Be B: close the sandbox around this process, start the program, end when it ends."""
    status = 126
    try:
        _mount_all(request)
        user = request["user"]
        limits = {int(number): value for number, value in request["limits"].items()}
        limits[resource.RLIMIT_DATA] += _inherited_bytes()
        enter.confine(user, limits, bytes.fromhex(request["system_calls"]))
        _drop_capabilities()
        program = os.fork()
        if program == 0:
            _be_program(request, channel, descriptors)
        while True:
            ended, how = os.wait()
            if ended == program:
                status = os.waitstatus_to_exitcode(how)
                break
    except OSError as error:
        _say(channel, f"failed: {error}")
    finally:
        os._exit(128 - status if status < 0 else status)


def _inherited_bytes() -> int:
    """Return the private memory that this process got by being forked; most of it stays shared.

    PyTorch's CUDA build alone brings hundreds of megabytes, which no program asked for.
    """
    with open("/proc/self/status") as file:  # noqa: PTH123 (as in enter)
        return next(int(line.split()[1]) for line in file if line.startswith("VmData:")) << 10


def _be_program(
    request: dict[str, Any], channel: socket.socket, descriptors: list[int]
) -> NoReturn:
    """Be C: wait to be let in, then run the module of the command."""
    try:
        channel.send(b"inside")
        if not channel.recv(1):
            os._exit(126)
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ours may be ignored
        os.chdir(request["folder"])
        os.environ.update(request["environment"], PWD=request["folder"])
        channel.send(b"ready")
        channel.close()
        _pass_on(descriptors, request["pass_fds"])
        _reseed()
        module, *arguments = request["command"]
        sys.argv = [module, *arguments]
        if not request["isolated"]:
            sys.path.insert(0, request["folder"])  # as `python -m` does
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 0 if end.code is None else 1)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


def _mount_all(request: dict[str, Any]) -> None:
    """Arrange the mounts of this namespace: the program's folders, nothing of the others'."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    scratch = f"mode=1777,size={request['scratch_bytes']}"
    safe = _MS_NOSUID | _MS_NODEV
    _mount("tmpfs", "/tmp", "tmpfs", safe, scratch)
    _mount("tmpfs", "/dev/shm", "tmpfs", safe, scratch)
    os.mkdir(os.environ["MPLCONFIGDIR"])  # noqa: PTH102
    os.chmod(os.environ["MPLCONFIGDIR"], 0o1777)  # noqa: PTH101
    for source, inside in request["writable"]:
        os.makedirs(inside, exist_ok=True)  # noqa: PTH103
        _mount(source, inside, None, _MS_BIND)
    for source, inside in request["read_only"]:
        os.makedirs(inside, exist_ok=True)  # noqa: PTH103
        _mount(source, inside, None, _MS_BIND)
        _mount(None, inside, None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | safe)
    _mount("proc", "/proc", "proc", safe | _MS_NOEXEC)
    _mount("tmpfs", RUNS, "tmpfs", safe | _MS_RDONLY, "size=4k,mode=000")


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    texts = [None if text is None else text.encode() for text in (source, target, kind, data)]
    if _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mounting {target}: {os.strerror(number)}")


def _unshare(flags: int, user: int | None) -> None:
    """Enter new namespaces; without a `user` to become, in a user namespace that allows it."""
    ours = os.getuid()
    if _libc.unshare(flags | (0 if user is not None else _CLONE_NEWUSER)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"making namespaces: {os.strerror(number)}")
    if user is None:
        enter.be_the_only_user(ours)


def _drop_capabilities() -> None:
    """Give up what a new user namespace brings; a program that is started loses it by itself."""
    version_3 = struct.pack("=Ii", 0x20080522, 0)  # see capset(2)
    if _libc.capset(version_3, bytes(24)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"dropping capabilities: {os.strerror(number)}")


def _pass_on(descriptors: list[int], numbers: list[int]) -> None:
    """Give descriptors the numbers by which the command knows them, and close all others."""
    free = max([2, *descriptors, *numbers]) + 1
    high = [os.dup2(descriptor, free + i) for i, descriptor in enumerate(descriptors)]
    os.closerange(3, free)
    for descriptor, number in zip(high, numbers, strict=True):
        os.dup2(descriptor, number, inheritable=True)
        os.close(descriptor)


def _reseed() -> None:
    """Give every program the same random state, whatever was drawn before the fork."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _say(channel: socket.socket, text: str) -> None:
    try:
        channel.send(text.encode())
    except OSError:
        return


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
