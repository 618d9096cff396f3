"""Announces a message of 2**62 bytes, then one of half a gigabyte that never comes."""

import gc
import socket

sizes = [1 << 62, (1 << 29) - 1]


def double(x):
    sizes.append(sizes.pop(0))
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket) and thing.family == socket.AF_UNIX:
            try:
                thing.send(sizes[0].to_bytes(8, "big"))
            except OSError:
                pass
    return x + 1
