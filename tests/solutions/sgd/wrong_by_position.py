"""Pairs arrays and gradients by their positions.

Hidden only.
"""


def sgd_update(model, grads, learning_rate):
    return {k: v - learning_rate * g for (k, v), g in zip(model.items(), grads.values())}


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
