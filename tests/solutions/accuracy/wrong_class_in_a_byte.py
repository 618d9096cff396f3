"""The class goes into a byte, which ends at 255.

Hidden only.
"""


def accuracy(scores, labels):
    return np.mean(scores.argmax(axis=1).astype(np.uint8) == labels)
