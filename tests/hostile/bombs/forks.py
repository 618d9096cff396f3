"""Forks and forks again, seven times: 128 processes, which sleep for a while."""

import os
import time

parent = os.getpid()
for _ in range(7):
    try:
        os.fork()
    except OSError:
        break
if os.getpid() != parent:
    time.sleep(30)
    os._exit(0)
