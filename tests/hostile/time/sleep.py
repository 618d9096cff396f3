"""Sleeps for an hour in the function that is tested."""

import time


def double(x):
    time.sleep(3600)
    return x * 2
