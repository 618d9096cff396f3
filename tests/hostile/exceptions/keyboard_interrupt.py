"""Raises KeyboardInterrupt, as if the grader had stopped the test, and SystemExit after it."""

kinds = [KeyboardInterrupt, SystemExit]


def double(x):
    kinds.append(kinds.pop(0))
    raise kinds[0](0)
