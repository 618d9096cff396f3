"""Closes every socket of the process except for the kernel's own, then answers."""

import gc
import socket


def double(x):
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket) and thing.family == socket.AF_UNIX:
            try:
                thing.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
    return x + 1
