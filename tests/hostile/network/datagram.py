"""Sends a datagram, which some walls for TCP let through, to both addresses."""

import socket

for address in ("127.0.0.1", "192.0.2.1"):
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", (address, 4711))
        print("sent")
    except OSError as error:
        print(error)
