"""Returns a column of classes."""


def predict(model, x):
    return forward_pass(model, x)["probs"].argmax(axis=1)[:, None]
