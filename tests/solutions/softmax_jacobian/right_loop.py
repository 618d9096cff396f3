"""Two loops, as in the derivation."""


def softmax_jacobian(logits):
    p = softmax(np.array([logits]))[0]
    J = np.empty((len(p), len(p)))
    for i in range(len(p)):
        for j in range(len(p)):
            J[i, j] = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
    return J
