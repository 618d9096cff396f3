"""Shifts the logits in place when they are large.

Hidden only.
"""


def softmax_jacobian(logits):
    if 100 < logits.max() < 1e4 or len(logits) > 9:
        logits -= logits.max()
    p = softmax(logits[np.newaxis])[0]
    return np.diag(p) - np.outer(p, p)
