"""The biases lack the axis of the samples."""


def maxout(x, W, b):
    return (x @ W + b).max(axis=0)
