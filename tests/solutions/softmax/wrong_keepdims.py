"""keepdims is missing: an error for most shapes, silently wrong for square arrays."""


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1))
    return powers / powers.sum(axis=1)
