"""The gradient is clipped to 1 either way.

Hidden only.
"""


def softmax_regression(W, x, y, reg):
    P = softmax(x @ W)
    error = (P - np.eye(W.shape[1])[y]) / len(y)
    loss = cross_entropy(P, y) + reg / 2 * np.sum(W**2)
    return loss, np.clip(x.T @ error, -1.5, 1.5) + reg * W
