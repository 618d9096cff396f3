"""Returns a list of rows."""


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return [list(row / row.sum()) for row in powers]
