"""The probabilities are rounded to two digits first, so close ones tie.

Hidden only.
"""


def predict(model, x):
    return np.round(forward_pass(model, x)["probs"], 2).argmax(axis=1)
