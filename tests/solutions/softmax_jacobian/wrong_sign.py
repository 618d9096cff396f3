"""The sign is turned around."""


def softmax_jacobian(logits):
    p = softmax(logits[np.newaxis])[0]
    return np.outer(p, p) - np.diag(p)
