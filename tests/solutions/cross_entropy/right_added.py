"""Adds 1e-12 to every probability."""


def cross_entropy(probs, labels):
    return -np.mean(np.log(probs[range(len(labels)), labels] + 1e-12))
