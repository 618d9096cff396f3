"""The strongest unit of the last hidden layer."""


def predict(model, x):
    return forward_pass(model, x)["a2"].argmax(axis=1)
