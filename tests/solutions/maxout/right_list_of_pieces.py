"""A list of the pieces, one by one."""


def maxout(x, W, b):
    return np.max([x @ weights + bias for weights, bias in zip(W, b)], axis=0)
