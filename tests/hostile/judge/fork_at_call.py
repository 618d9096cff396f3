"""Forks while the judge waits; both processes answer, and the child stays behind."""

import os
import time


def double(x):
    if os.fork() == 0:
        os.setsid()
        time.sleep(0.2)
    return x + 1
