"""The sum runs over the samples."""


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=0)
