"""Runs inside the box: listen, run the commands, look what is left, write down what was seen."""

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

PORT = 4711
"""Where the box listens, on every address it has, with TCP and UDP."""

_SUBREAPER = 36
_GRACE = 3.0
"""Seconds that a process may still need to die after the last command."""


def main(world: Path) -> None:
    plan = json.loads((world / "plan.json").read_text())
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)  # orphans come to us, and show
    heard: set[str] = set()
    _listen(heard)
    start = time.monotonic()
    codes = [_run(command, world / "course", plan["timeout"]) for command in plan["commands"]]
    seconds = time.monotonic() - start
    result = {
        "exit_codes": codes,
        "left_running": _left_running(),
        "connections": sorted(heard),
        "seconds": seconds,
    }
    (world / "result.json").write_text(json.dumps(result))


def _run(command: list[str], folder: Path, timeout: float) -> int | None:
    """Return the command's exit status; None when it had to be stopped."""
    try:
        return subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, timeout=timeout, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return None


def _left_running() -> list[str]:
    """Return the command lines of all other processes in the box that do not go away."""
    deadline = time.monotonic() + _GRACE
    while (others := _others()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return others


def _others() -> list[str]:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) in (1, os.getpid()):
            continue
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            name = (entry / "comm").read_text().strip()
            found.append(f"{entry.name} {words.strip()[:150] or name}")
    return found


def _listen(heard: set[str]) -> None:
    stream = socket.create_server(("0.0.0.0", PORT), backlog=64)
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("0.0.0.0", PORT))

    def accept() -> None:
        while True:
            connection, _ = stream.accept()
            heard.add(f"tcp {connection.getsockname()[0]}")
            connection.close()

    def receive() -> None:
        while True:
            heard.add(f"udp {datagrams.recvfrom(2048)[0].decode(errors='replace')[:40]}")

    for work in (accept, receive):
        threading.Thread(target=work, daemon=True).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
