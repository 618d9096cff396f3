"""Written out with a one-hot matrix and the slopes from relu_derivative; keys sorted at the end."""


def backward_pass(model, cache, y, reg):
    N, C = cache["probs"].shape
    Y = np.zeros((N, C))
    Y[range(N), y] = 1
    dZ3 = (cache["probs"] - Y) / N
    dA2 = np.dot(dZ3, model["W3"].T)
    dZ2 = relu_derivative(cache["z2"]) * dA2
    dA1 = np.dot(dZ2, model["W2"].T)
    dZ1 = relu_derivative(cache["z1"]) * dA1
    data = {"dW3": cache["a2"].T @ dZ3, "dW2": cache["a1"].T @ dZ2, "dW1": cache["x"].T @ dZ1}
    grads = {name: gradient + reg * model[name[1:]] for name, gradient in data.items()}
    grads.update(db1=np.sum(dZ1, 0), db2=np.sum(dZ2, 0), db3=np.sum(dZ3, 0))
    return dict(sorted(grads.items()))
