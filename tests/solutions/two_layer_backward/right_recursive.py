"""A function that calls itself for the layer below, masks by the sign."""


def backward_pass(model, cache, y, reg):
    below = {1: cache["x"], 2: cache["a1"], 3: cache["a2"]}
    grads = {}

    def back(layer, error):
        W = model[f"W{layer}"]
        grads[f"dW{layer}"] = below[layer].T @ error + reg * W
        grads[f"db{layer}"] = error.sum(0)
        if layer > 1:
            back(layer - 1, (error @ W.T) * np.sign(below[layer]))

    one_hot = np.zeros_like(cache["probs"])
    one_hot[np.arange(len(y)), y] = 1
    back(3, (cache["probs"] - one_hot) / len(y))
    return grads
