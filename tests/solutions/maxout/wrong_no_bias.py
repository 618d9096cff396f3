"""The biases are forgotten."""


def maxout(x, W, b):
    return (x @ W).max(axis=0)
