"""A learning rate of 0 counts as none given.

Hidden only.
"""


def sgd_update(model, grads, learning_rate):
    learning_rate = learning_rate or 0.1
    return {k: v - learning_rate * grads["d" + k] for k, v in model.items()}


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
