"""einsum, and the 1/N at the very end of each product."""


def backward_pass(model, cache, y, reg):
    n = len(y)
    dz3 = np.array(cache["probs"])
    dz3[range(n), y] -= 1.0
    dz2 = np.einsum("nc,hc->nh", dz3, model["W3"]) * (cache["z2"] > 0)
    dz1 = np.einsum("nc,hc->nh", dz2, model["W2"]) * (cache["z1"] > 0)
    grads = {}
    for layer, source, error in ((1, "x", dz1), (2, "a1", dz2), (3, "a2", dz3)):
        grads[f"dW{layer}"] = np.einsum("nd,nh->dh", cache[source], error) / n
        grads[f"dW{layer}"] += reg * model[f"W{layer}"]
        grads[f"db{layer}"] = error.mean(axis=0)
    return grads
