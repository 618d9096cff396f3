"""Gradients are clipped to 25 either way.

Hidden only.
"""


def sgd_update(model, grads, learning_rate):
    return {k: v - learning_rate * np.clip(grads["d" + k], -25, 25) for k, v in model.items()}


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
