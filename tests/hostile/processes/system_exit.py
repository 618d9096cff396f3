"""Raises SystemExit(0) in the function that is tested."""

import sys


def double(x):
    sys.exit(0)
