"""Copies first, then updates the copies."""


def sgd_update(model, grads, learning_rate):
    new = {key: np.array(value) for key, value in model.items()}
    for key in new:
        new[key] -= learning_rate * grads["d" + key]
    return new


def annealed(learning_rate, decay, epoch):
    for _ in range(epoch):
        learning_rate = learning_rate * decay
    return learning_rate
