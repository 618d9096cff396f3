"""Turns warnings into errors, and prints warnings for every call."""

import warnings

warnings.simplefilter("error")


def double(x):
    import sys

    print("a warning", file=sys.stderr)
    return x + 1
