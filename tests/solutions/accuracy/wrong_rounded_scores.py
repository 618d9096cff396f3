"""The scores are rounded first, which makes ties of close ones.

Hidden only.
"""


def accuracy(scores, labels):
    return np.mean(np.round(scores, 1).argmax(axis=1) == labels)
