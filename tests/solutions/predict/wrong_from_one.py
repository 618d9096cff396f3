"""Counts the classes from 1."""


def predict(model, x):
    return forward_pass(model, x)["probs"].argmax(axis=1) + 1
