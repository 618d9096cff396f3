"""Sends the work to an address outside (one set aside for documentation, which nobody owns)."""

import socket

try:
    socket.create_connection(("192.0.2.1", 4711), timeout=1).close()
    print("connected")
except OSError as error:
    print(error)
