"""Ends the process at once, without any clean-up."""

import os


def double(x):
    os._exit(0)
