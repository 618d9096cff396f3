"""The number of classes is written into the code."""


def softmax_regression(W, x, y, reg):
    probs = softmax(x @ W)
    loss = cross_entropy(probs, y) + 0.5 * reg * np.sum(W**2)
    return loss, x.T @ (probs - np.eye(10)[y]) / len(y) + reg * W
