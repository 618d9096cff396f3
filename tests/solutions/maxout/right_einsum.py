"""einsum, then the maximum over its first axis."""


def maxout(x, W, b):
    return (np.einsum("nd,kdh->knh", x, W) + b[:, None, :]).max(axis=0)
