"""Raises the course's errors with messages of 30 MB, in which a verdict might drown."""


def double(x):
    raise NotImplementedError("x" * 30_000_000)
