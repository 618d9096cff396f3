"""Messages between the runner and the judge: JSON with its length before it, and maybe a socket."""

import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!I")


def send_message(
    control: socket.socket, message: dict[str, Any], connection: socket.socket | None = None
) -> None:
    """Send `message`, and `connection` along with it; the receiver gets a copy of the socket."""
    data = json.dumps(message).encode()
    head = _LENGTH.pack(len(data))
    if connection is None:
        control.sendall(head)
    else:
        socket.send_fds(control, [head], [connection.fileno()])
    control.sendall(data)


def receive_message(control: socket.socket) -> tuple[dict[str, Any], socket.socket | None]:
    """Return a message and the socket that came with it; raises `EOFError` at the end."""
    head, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, 1)
    connection = socket.socket(fileno=descriptors[0]) if descriptors else None
    head += _receive(control, _LENGTH.size - len(head)) if head else b""
    if not head:
        raise EOFError("The other end closed the connection.")
    message: dict[str, Any] = json.loads(_receive(control, *_LENGTH.unpack(head)))
    return message, connection


def _receive(control: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        block = control.recv(size - len(data))
        if not block:
            raise EOFError("The other end closed the connection.")
        data += block
    return bytes(data)
