"""Each row is shifted by its mean, so an exponent can still be huge."""


def softmax(logits):
    powers = np.exp(logits - logits.mean(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
