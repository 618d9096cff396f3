"""Knows two layers at most.

Hidden only.
"""

def sgd_update(model, grads, learning_rate):
    new = dict(model)
    for name in ("W1", "b1", "W2", "b2"):
        if name in model:
            new[name] = model[name] - learning_rate * grads[f"d{name}"]
    return new


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
