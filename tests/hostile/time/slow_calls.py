"""Answers each call a little within the limit, so that many calls take long."""

import time


def double(x):
    time.sleep(4)
    return x + 1
