"""The biases are never updated."""


def sgd_update(model, grads, learning_rate):
    new = dict(model)
    for name in model:
        if name.startswith("W"):
            new[name] = model[name] - learning_rate * grads["d" + name]
    return new


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
