"""Reads from every file descriptor that it was started with, and passes on what it finds."""

import os

for fd in range(3, 256):
    try:
        target = os.readlink(f"/proc/self/fd/{fd}")
        if "/" in target and "dev" not in target:
            print(target)
            text = os.pread(fd, 1_000_000, 0)
            print([line for line in text.splitlines() if b"tests-it-so" in line])
    except OSError:
        pass
