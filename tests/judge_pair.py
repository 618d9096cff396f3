"""A judge and a student's end in one process, connected by a pair of sockets, for quick tests."""

import contextlib
import linecache
import socket
import threading
from collections.abc import Iterator

from coursekit.judge.bridge import Server
from coursekit.judge.session import Session


@contextlib.contextmanager
def judge_of(student_code: str, seconds: float = 20) -> Iterator[Session]:
    """Run `student_code` as a cell and yield the judge's session with its names."""
    with student_of(student_code) as sock:
        yield Session(sock, seconds)


@contextlib.contextmanager
def student_of(code: str) -> Iterator[socket.socket]:
    """Run `code` as a cell and yield the judge's socket to it."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    lines = code.splitlines(keepends=True)
    linecache.cache["<cell>"] = (len(code), None, lines, "<cell>")
    exec(compile(code, "<cell>", "exec"), namespace)
    ours, theirs = socket.socketpair()
    student = threading.Thread(target=_serve, args=(theirs, namespace), daemon=True)
    student.start()
    try:
        with ours:
            yield ours
    finally:
        student.join(timeout=10)


def _serve(sock: socket.socket, namespace: dict[str, object]) -> None:
    with sock, contextlib.suppress(ConnectionError):
        Server(sock, namespace).run()
