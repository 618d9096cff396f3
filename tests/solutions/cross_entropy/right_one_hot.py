"""With a one-hot matrix."""


def cross_entropy(probs, labels):
    one_hot = np.eye(probs.shape[1])[labels]
    logs = np.log(np.clip(probs, 1e-12, 1.0))
    return -(one_hot * logs).sum() / len(probs)
