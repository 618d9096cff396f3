"""Squeezes what softmax returns: a single class has no axis left.

Hidden only.
"""


def softmax_jacobian(logits):
    p = np.squeeze(softmax(logits[np.newaxis]))
    return np.diag(p) - np.outer(p, p)
