"""Writes 100 MB to the file descriptors below Python's streams."""

import os

for _ in range(50):
    os.write(1, b"x" * 1_000_000)
    os.write(2, b"y" * 1_000_000)
