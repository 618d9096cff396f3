"""Clips the gradients to 20 at most, and steps of less than a tenth are dropped.

Hidden only.
"""

def sgd_update(model, grads, learning_rate):
    new = {}
    for name in model:
        step = learning_rate * np.clip(grads[f"d{name}"], -20, 20)
        new[name] = model[name] - np.where(np.abs(step) < 0.1, 0, step)
    return new


def annealed(learning_rate, decay, epoch):
    return learning_rate * decay**epoch
