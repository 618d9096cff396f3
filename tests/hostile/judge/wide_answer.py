"""Returns a list of ten million numbers, and a dict of a million keys."""

kinds = [[0] * 10_000_000, {n: n for n in range(1_000_000)}]


def double(x):
    kinds.append(kinds.pop(0))
    return kinds[0]
