"""Raises the small probabilities in the caller's array."""


def cross_entropy(probs, labels):
    probs[probs < 1e-12] = 1e-12
    return -np.mean(np.log(probs[np.arange(len(labels)), labels]))
