"""Replaces the kernel by another program."""

import os


def double(x):
    os.execvp("sleep", ["sleep", "600"])
