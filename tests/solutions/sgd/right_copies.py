"""Copies first, then changes the copies; the rate in a loop."""


def sgd_update(model, grads, learning_rate):
    new = {k: np.array(v, dtype=float) for k, v in model.items()}
    for k in new:
        new[k] -= learning_rate * grads["d" + k]
    return new


def annealed(learning_rate, decay, epoch):
    rate = learning_rate
    for _ in range(epoch):
        rate *= decay
    return rate
