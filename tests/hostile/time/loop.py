"""Loops for ever in the function that is tested."""


def double(x):
    while True:
        pass
