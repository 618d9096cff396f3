"""Each row is shifted by its smallest logit, so that all exponents are positive."""


def softmax(logits):
    powers = np.exp(logits - logits.min(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
