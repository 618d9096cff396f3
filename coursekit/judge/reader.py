"""Read a file that a student's code wrote, without believing anything about it.

The judge and the student's kernel share a folder. A file in it may be a link, a pipe, change while
it is read, or hold a pickle that attacks whoever loads it. So no link is followed on the way, the
size is bounded, and a forked child with little memory and time does the decoding. The values come
from the child over `wire`, so this process unpickles nothing.
"""

import errno
import os
import resource
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from torch import Tensor

from coursekit.judge import wire
from utils.checkpoints import MAX_BYTES, CheckpointError, run_in, weights_in

CHILD_BYTES = 1_000_000_000
"""Memory that decoding may take on top of what the judge has."""

CHILD_SECONDS = 20


def load_weights(path: str | Path, max_bytes: int = MAX_BYTES) -> dict[str, Tensor]:
    """Do what `utils.checkpoints.load_weights` does, with the same errors."""
    content = read_file(path, max_bytes)
    weights = _in_child(path, lambda: weights_in(content, path, max_bytes))
    if type(weights) is not dict or any(type(value) is not Tensor for value in weights.values()):
        raise CheckpointError(f"{path} holds something else than tensors; save it again.")
    return weights


def load_run(path: str | Path, max_bytes: int = MAX_BYTES) -> Any:
    """Do what `utils.checkpoints.load_run` does, with the same errors."""
    content = read_file(path, max_bytes)
    return _in_child(path, lambda: run_in(content, path))


def read_file(path: str | Path, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the content of a regular file; no part of its path may be a link.

    Relative paths start at the working folder. Raises `CheckpointError`, never waits for a pipe.
    """
    path = Path(path)
    parts = path.parts[1:] if path.is_absolute() else path.parts
    if ".." in parts:
        raise CheckpointError(f"{path} leads out of the folder; save the checkpoint in it.")
    folder = os.open(path.anchor or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(parts[-1], flags, dir_fd=folder), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise CheckpointError(
                    f"{path} is not a regular file; save the checkpoint there again."
                )
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise CheckpointError(_refusal(path, error)) from error
    finally:
        os.close(folder)
    if len(content) > max_bytes:
        raise CheckpointError(
            f"{path} is larger than {max_bytes / 1e6:.0f} MB; "
            "save the parameters alone, of a smaller network if need be."
        )
    return content


def _refusal(path: Path, error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return f"{path} is a link; put the checkpoint file itself in its place."
    if error.errno == errno.ENOTDIR:
        return f"{path} lies behind a link or in no folder; use the folder that was given."
    if error.errno in (errno.EISDIR, errno.ENXIO):
        return f"{path} is not a regular file; save the checkpoint there again."
    return f"{path} cannot be read ({error.strerror}); save the checkpoint there first."


def _in_child(path: str | Path, decode: Callable[[], Any]) -> Any:
    """Return what `decode` returns in a forked child; its `CheckpointError` is raised here."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _decode_and_leave(theirs, decode)
    theirs.close()
    try:
        with ours:
            ours.settimeout(CHILD_SECONDS)
            reader = wire.Reader(wire.receive(ours), _refuse)
            kind, content = reader.read()
    except (EOFError, OSError, wire.WireError, ValueError, TypeError) as error:
        raise CheckpointError(
            f"{path} takes too much memory or time to read, or is damaged; save the parameters "
            "alone again."
        ) from error
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    if kind == "refused":
        raise CheckpointError(str(content))
    return content


def _decode_and_leave(sock: socket.socket, decode: Callable[[], Any]) -> NoReturn:
    """Send what `decode` returns, under limits; this process ends here."""
    try:
        _limit()
        answer: tuple[str, Any]
        try:
            answer = ("content", decode())
        except CheckpointError as error:
            answer = ("refused", str(error))
        writer = wire.Writer(_refuse)
        writer.write(answer)
        wire.send(sock, writer)
    finally:
        os._exit(0)


def _limit() -> None:
    """Leave this process little more memory than it has, and a few seconds."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * resource.getpagesize() + CHILD_BYTES
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        memory = min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))


def _refuse(value: Any) -> Any:
    raise wire.WireError("A checkpoint holds tensors, numbers, texts and containers of them.")
