"""Adds a negative step, in sorted order; math.pow for the rate."""


def sgd_update(model, grads, learning_rate):
    new = {}
    for name in sorted(model):
        step = -learning_rate * grads[f"d{name}"]
        new[name] = model[name] + step
    return new


def annealed(learning_rate, decay, epoch):
    import math

    return math.pow(decay, epoch) * learning_rate
