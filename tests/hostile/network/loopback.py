"""Connects to every service of the grader's own machine that it guesses: here, one."""

import socket

for address in ("127.0.0.1", "localhost", "::1", "0.0.0.0"):
    try:
        socket.create_connection((address, 4711), timeout=1).close()
        print("connected to", address)
    except OSError as error:
        print(error)
