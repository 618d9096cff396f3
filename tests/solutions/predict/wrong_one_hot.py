"""A one-hot matrix of booleans."""


def predict(model, x):
    probs = forward_pass(model, x)["probs"]
    return probs == probs.max(axis=1, keepdims=True)
