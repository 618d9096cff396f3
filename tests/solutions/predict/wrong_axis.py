"""argmax over the samples."""


def predict(model, x):
    return np.argmax(forward_pass(model, x)["probs"], axis=0)
