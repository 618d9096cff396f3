"""Plus instead of minus."""


def sgd_update(model, grads, learning_rate):
    return {name: model[name] + learning_rate * grads["d" + name] for name in model}


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
