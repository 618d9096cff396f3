"""Closes every file descriptor of the process."""

import os


def double(x):
    os.closerange(3, 1024)
    return x + 1
