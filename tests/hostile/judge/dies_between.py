"""Answers the first call and dies before the second."""

import os
import threading


def double(x):
    threading.Timer(0.001, os._exit, (0,)).start()
    return x + 1
