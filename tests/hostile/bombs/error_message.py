"""Raises an error whose message has 50 MB, and whose notes have as much."""


def double(x):
    error = ValueError("x" * 50_000_000)
    error.add_note("y" * 50_000_000)
    raise error
