"""An array whose gradient is 0 is left out of the new model.

Hidden only.
"""


def sgd_update(model, grads, learning_rate):
    return {k: v - learning_rate * grads["d" + k] for k, v in model.items() if grads["d" + k].any()}


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
