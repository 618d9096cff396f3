"""The mean is limited, not each probability: one certain mistake hides the others.

Hidden only.
"""


def cross_entropy(probs, labels):
    losses = -np.log(probs[np.arange(len(labels)), labels])
    return min(np.mean(losses), -np.log(1e-12))
