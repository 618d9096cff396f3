"""Counts one step more for each array of the model."""


def adam_update(model, grads, state, learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0)
    new, after = {}, {}
    for k in model:
        t = after["t"] = t + 1
        g = grads["d" + k]
        m = after["m" + k] = beta1 * state.get("m" + k, 0.0) + (1 - beta1) * g
        v = after["v" + k] = beta2 * state.get("v" + k, 0.0) + (1 - beta2) * g**2
        mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
        new[k] = model[k] - learning_rate * mh / (np.sqrt(vh) + eps)
    return new, after
