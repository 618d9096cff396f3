"""The slope of the first ReLU is forgotten."""


def backward_pass(model, cache, y, reg):
    dz3 = cache["probs"].copy()
    dz3[np.arange(len(y)), y] -= 1
    dz3 /= len(y)
    dz2 = (dz3 @ model["W3"].T) * (cache["z2"] > 0)
    dz1 = dz2 @ model["W2"].T
    return {
        "dW1": cache["x"].T @ dz1 + reg * model["W1"],
        "db1": dz1.sum(axis=0),
        "dW2": cache["a1"].T @ dz2 + reg * model["W2"],
        "db2": dz2.sum(axis=0),
        "dW3": cache["a2"].T @ dz3 + reg * model["W3"],
        "db3": dz3.sum(axis=0),
    }
