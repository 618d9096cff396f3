"""The highest probability in place of its class."""


def predict(model, x):
    return forward_pass(model, x)["probs"].max(axis=1)
