"""Raises an exception whose causes form a ring of a thousand, in groups within groups."""


def double(x):
    first = error = ValueError("0")
    for number in range(1000):
        cause = ExceptionGroup(str(number), [error])
        cause.__context__ = error
        error = cause
    first.__cause__ = error
    raise error
