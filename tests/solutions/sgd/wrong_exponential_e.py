"""Decays with e to the power of -decay * epoch."""


def sgd_update(model, grads, learning_rate):
    return {k: v - learning_rate * grads["d" + k] for k, v in model.items()}


def annealed(learning_rate, decay, epoch):
    return learning_rate * np.exp(-decay * epoch)
