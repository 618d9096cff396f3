"""The minus sign is missing."""


def cross_entropy(probs, labels):
    return np.mean(np.log(np.maximum(probs[np.arange(len(labels)), labels], 1e-12)))
