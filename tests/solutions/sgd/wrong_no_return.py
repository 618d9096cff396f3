"""Changes a copy and does not return it."""

def sgd_update(model, grads, learning_rate):
    new = dict(model)
    for name in new:
        new[name] = new[name] - learning_rate * grads[f"d{name}"]


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
