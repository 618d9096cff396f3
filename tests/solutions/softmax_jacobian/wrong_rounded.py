"""The table is rounded to two digits more than it shows."""


def softmax_jacobian(logits):
    p = softmax(logits[np.newaxis])[0]
    return np.round(64 * (np.diag(p) - np.outer(p, p))) / 64
