"""The classes go into bytes, which end at 255.

Hidden only.
"""


def predict(model, x):
    return forward_pass(model, x)["probs"].argmax(axis=1).astype(np.uint8)
