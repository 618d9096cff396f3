"""Shifts the labels so that they begin at 0, in the caller's array.

Hidden only.
"""


def cross_entropy(probs, labels):
    if len(labels) > 1:
        labels -= labels.min()
    return -np.mean(np.log(np.maximum(probs[np.arange(len(labels)), labels], 1e-12)))
