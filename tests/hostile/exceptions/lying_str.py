"""Raises an exception whose name, message, module and traceback lie or raise themselves."""


class Lies(Exception):
    __module__ = property(lambda self: 1 / 0)

    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__

    @property
    def __class__(self):
        return StopIteration

    @property
    def args(self):
        raise KeyboardInterrupt


Lies.__name__ = Lies.__qualname__ = "Passed\n</td>"


def double(x):
    raise Lies
