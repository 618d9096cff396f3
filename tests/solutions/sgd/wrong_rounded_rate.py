"""Rounds the learning rate to two digits.

Hidden only.
"""

def sgd_update(model, grads, learning_rate):
    return {name: array - learning_rate * grads["d" + name] for name, array in model.items()}


def annealed(learning_rate, decay, epoch):
    return round(learning_rate * decay**epoch, 2)
