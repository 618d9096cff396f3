"""The 1/N is missing."""


def cross_entropy(probs, labels):
    return -np.sum(np.log(np.maximum(probs[np.arange(len(labels)), labels], 1e-12)))
