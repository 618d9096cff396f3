"""The powers are float32, after the shift."""


def softmax(logits):
    shifted = (logits - logits.max(axis=1)[:, None]).astype(np.float32)
    powers = np.exp(shifted)
    return powers / np.sum(powers, axis=1)[:, None]
