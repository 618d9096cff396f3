"""Two dicts of arrays of zeros, made at the first step and changed in place."""


def adadelta_update(model, grads, state, rho=0.95, eps=1e-6):
    if not state:
        state = {"G": {}, "D": {}}
        for name, array in model.items():
            state["G"][name] = np.zeros_like(array)
            state["D"][name] = np.zeros_like(array)
    result = {}
    for name in model:
        G, D, g = state["G"][name], state["D"][name], grads["d" + name]
        G *= rho
        G += (1 - rho) * g * g
        step = g * np.sqrt((D + eps) / (G + eps))
        D *= rho
        D += (1 - rho) * step * step
        result[name] = model[name] - step
    return result, state
