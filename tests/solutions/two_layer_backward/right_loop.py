"""A loop from the last layer to the first, a one-hot matrix, masks from the activations."""


def backward_pass(model, cache, y, reg):
    grads = {}
    below = {3: "a2", 2: "a1", 1: "x"}
    error = (cache["probs"] - np.eye(model["W3"].shape[1])[y]) / y.shape[0]
    for layer in (3, 2, 1):
        grads[f"dW{layer}"] = cache[below[layer]].T.dot(error) + reg * model[f"W{layer}"]
        grads[f"db{layer}"] = np.ones(len(y)) @ error
        if layer > 1:
            error = error.dot(model[f"W{layer}"].T)
            error[cache[below[layer]] <= 0] = 0
    return grads
