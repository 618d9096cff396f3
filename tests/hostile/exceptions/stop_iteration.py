"""Raises StopIteration and GeneratorExit, which end loops silently."""

kinds = [StopIteration, GeneratorExit, StopAsyncIteration]


def double(x):
    kinds.append(kinds.pop(0))
    raise kinds[0]
