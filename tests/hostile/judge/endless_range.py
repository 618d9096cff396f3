"""Returns a range of 10**15 numbers, which is small until somebody walks it."""


def double(x):
    return range(10**15)
