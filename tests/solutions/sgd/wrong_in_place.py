"""The model is changed in place, and then returned."""


def sgd_update(model, grads, learning_rate):
    for name in model:
        model[name] -= learning_rate * grads["d" + name]
    return model


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
