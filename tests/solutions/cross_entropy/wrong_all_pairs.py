"""probs[:, labels] takes N columns of every row."""


def cross_entropy(probs, labels):
    return -np.mean(np.log(np.maximum(probs[:, labels], 1e-12)))
