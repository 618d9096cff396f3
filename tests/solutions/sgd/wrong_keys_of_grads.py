"""The new model has the names of the gradients."""


def sgd_update(model, grads, learning_rate):
    return {"d" + k: v - learning_rate * grads["d" + k] for k, v in model.items()}


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
