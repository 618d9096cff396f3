"""More than 32 samples are cut to a batch of 32.

Hidden only.
"""


def softmax_regression(W, x, y, reg):
    x, y = x[:32], y[:32]
    P = softmax(x @ W)
    error = (P - np.eye(W.shape[1])[y]) / len(y)
    return cross_entropy(P, y) + reg / 2 * np.sum(W**2), x.T @ error + reg * W
