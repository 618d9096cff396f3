"""The diagonal holds p; the square is forgotten."""


def softmax_jacobian(logits):
    p = softmax(logits[np.newaxis])[0]
    J = -np.outer(p, p)
    np.fill_diagonal(J, p)
    return J
