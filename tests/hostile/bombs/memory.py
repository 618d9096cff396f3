"""Asks for 20 GB, a hundred megabytes at a time, and writes to the pages."""

held = []


def double(x):
    for _ in range(200):  # at most 20 GB
        held.append(b"\1" * 100_000_000)
    return x + 1
