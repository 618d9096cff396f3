"""The maximum is forgotten."""


def maxout(x, W, b):
    return x @ W + b[:, None]
