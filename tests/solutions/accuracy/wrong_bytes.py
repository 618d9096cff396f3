"""Counts the hits in a byte, which ends at 255.

Hidden only.
"""


def accuracy(scores, labels):
    hits = (scores.argmax(axis=1) == labels).astype(np.uint8)
    return np.sum(hits, dtype=np.uint8) / len(labels)
