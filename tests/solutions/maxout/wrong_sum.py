"""The pieces are added."""


def maxout(x, W, b):
    return (x @ W + b[:, None]).sum(axis=0)
