"""The class with the lowest score."""


def accuracy(scores, labels):
    return np.mean(np.argmin(scores, axis=1) == labels)
