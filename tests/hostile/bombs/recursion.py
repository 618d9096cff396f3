"""Recurses without end, with the limit lifted, until the stack overflows."""

import sys

sys.setrecursionlimit(10**9)


def double(x):
    return double(x) + 1
