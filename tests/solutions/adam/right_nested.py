"""Dicts of arrays of zeros, made at the first step and changed in place."""


def adam_update(model, grads, state, learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if not state:
        state["t"] = 0
        state["m"] = {name: np.zeros_like(array) for name, array in model.items()}
        state["v"] = {name: np.zeros_like(array) for name, array in model.items()}
    state["t"] += 1
    scale = np.sqrt(1 - beta2 ** state["t"]) / (1 - beta1 ** state["t"])
    result = {}
    for name in model:
        g, m, v = grads["d" + name], state["m"][name], state["v"][name]
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (g * g - v)
        corrected = eps * np.sqrt(1 - beta2 ** state["t"])
        result[name] = model[name] - learning_rate * scale * m / (np.sqrt(v) + corrected)
    return result, state
