"""Forks in the middle of a test, so that two processes answer."""

import os


def double(x):
    os.fork()
    return x + 1
