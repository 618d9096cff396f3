"""Returns a text of 100 MB, which ends up in the message of a failed comparison."""


def double(x):
    return "x" * 100_000_000
