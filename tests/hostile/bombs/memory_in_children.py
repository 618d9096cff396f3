"""Splits 6 GB among children, each below a limit per process."""

import os
import time

for _ in range(6):
    if os.fork() == 0:
        block = b"\1" * 1_000_000_000
        time.sleep(20)
        os._exit(0)
