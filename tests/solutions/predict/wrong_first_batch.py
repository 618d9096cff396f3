"""Looks at the first 128 samples only.

Hidden only.
"""


def predict(model, x):
    return forward_pass(model, x[:128])["probs"].argmax(axis=1)
