"""The probabilities are rounded to four digits."""


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.round(powers / powers.sum(axis=1, keepdims=True), 4)
