"""p_i (delta_ij - p_j), with the identity matrix."""


def softmax_jacobian(logits):
    p = softmax(logits.reshape(1, -1)).ravel()
    return p[:, np.newaxis] * (np.eye(p.size) - p)
