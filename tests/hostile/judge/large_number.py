"""Returns whole numbers of a million digits, which take long to print."""


def double(x):
    return 10**1_000_000
