"""Claims on the wire arrays whose shape, type and bytes do not fit together."""

import struct
import sys


def server():
    frame = sys._getframe()
    while frame and type(frame.f_locals.get("self")).__name__ != "Server":
        frame = frame.f_back
    return frame and frame.f_locals["self"]


bodies = [
    b"a" + b"\0\0\0\3<f8" + struct.pack("!I", 2) + struct.pack("!QQ", 1 << 40, 1 << 40) + bytes(8),
    b"a" * 1000,
    b"l" + struct.pack("!I", 2**32 - 1),
    b"#" + struct.pack("!I", 2**32 - 1),
    b"s" + struct.pack("!Q", 2**64 - 1),
    b"i" + struct.pack("!I", 2**31),
    b"R" + struct.pack("!I", 1) + b"N",
    b"t" + bytes(64),
    b"\xff",
    b"",
]


def double(x):
    if bridge := server():
        bodies.append(bodies.pop(0))
        head = b"s" + struct.pack("!Q", 2) + b"ok"
        message = head + bodies[0]
        bridge._sock.sendall(struct.pack("!Q", len(message)) + message)
    return x + 1
