"""Squeezes the scores; a single sample has no axis 1 any more.

Hidden only.
"""


def accuracy(scores, labels):
    return np.mean(np.squeeze(scores).argmax(axis=1) == labels)
