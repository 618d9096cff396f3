"""Stops its own process with SIGSTOP, which is not death."""

import os
import signal


def double(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x + 1
