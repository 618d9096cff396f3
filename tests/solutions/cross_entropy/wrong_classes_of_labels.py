"""The number of classes is taken from the labels, where the last class may not occur."""


def cross_entropy(probs, labels):
    one_hot = np.eye(labels.max() + 1)[labels]
    return -(one_hot * np.log(np.maximum(probs, 1e-12))).sum() / len(labels)
