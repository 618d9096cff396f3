"""Classes as floats."""


def predict(model, x):
    return forward_pass(model, x)["probs"].argmax(axis=1).astype(float)
