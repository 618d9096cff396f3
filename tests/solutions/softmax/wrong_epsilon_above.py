"""A small number is added to each power, so that no probability is 0.

Hidden only.
"""


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True)) + 1e-9
    return powers / powers.sum(axis=1, keepdims=True)
