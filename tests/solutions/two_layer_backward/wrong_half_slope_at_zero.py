"""np.heaviside with 0.5 as the slope at exactly 0.

Hidden only.
"""


def backward_pass(model, cache, y, reg):
    n = len(y)
    dz3 = cache["probs"].copy()
    dz3[np.arange(len(y)), y] -= 1
    dz3 /= n
    dz2 = (dz3 @ model["W3"].T) * (cache["z2"] > 0)
    dz1 = (dz2 @ model["W2"].T) * np.heaviside(cache["z1"], 0.5)
    grads = {}
    for layer, dz, below in ((3, dz3, "a2"), (2, dz2, "a1"), (1, dz1, "x")):
        grads[f"dW{layer}"] = cache[below].T @ dz + reg * model[f"W{layer}"]
        grads[f"db{layer}"] = dz.sum(axis=0)
    return grads
