"""A single sample gives a number, not an array.

Hidden only.
"""


def predict(model, x):
    return np.squeeze(np.argmax(forward_pass(model, x)["probs"], axis=1))
