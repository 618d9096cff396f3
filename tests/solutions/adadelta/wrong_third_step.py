"""The average of the steps takes the old one only at the first two steps."""


def adadelta_update(model, grads, state, rho=0.95, eps=1e-6):
    new, after = {}, {}
    for k in model:
        g = grads["d" + k]
        G, D = state.get(k, (0.0, 0.0))
        G = rho * G + (1 - rho) * g**2
        step = -np.sqrt(D + eps) / np.sqrt(G + eps) * g
        D = (1 - rho) * step**2
        new[k], after[k] = model[k] + step, (G, D)
    return new, after
