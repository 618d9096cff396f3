"""ReLU of the best piece."""


def maxout(x, W, b):
    return np.maximum((x @ W + b[:, None]).max(axis=0), 0)
