"""The last place of the sorted probabilities."""


def predict(model, x):
    return np.argsort(forward_pass(model, x)["probs"], axis=-1)[:, -1]
