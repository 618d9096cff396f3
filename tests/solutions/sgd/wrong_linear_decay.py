"""Lowers the learning rate by the same amount in each epoch."""

def sgd_update(model, grads, learning_rate):
    return {name: array - learning_rate * grads["d" + name] for name, array in model.items()}


def annealed(learning_rate, decay, epoch):
    return learning_rate * (1 - decay * epoch)
