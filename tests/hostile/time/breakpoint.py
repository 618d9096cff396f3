"""Stops in the debugger, which waits for a command."""


def double(x):
    breakpoint()
    return x + 1
