"""The annealed rate never falls below 0.01.

Hidden only.
"""


def sgd_update(model, grads, learning_rate):
    return {k: v - learning_rate * grads["d" + k] for k, v in model.items()}


def annealed(learning_rate, decay, epoch):
    return max(learning_rate * decay**epoch, 0.01)
