"""The maximum over the samples."""


def maxout(x, W, b):
    return (x @ W + b[:, None]).max(axis=1)
