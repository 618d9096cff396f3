"""The roots are forgotten."""


def adadelta_update(model, grads, state, rho=0.95, eps=1e-6):
    new, after = {}, {}
    for k in model:
        g = grads["d" + k]
        D = state.get("D" + k, 0.0)
        G = rho * state.get("G" + k, 0.0) + (1 - rho) * g**2
        step = -(D + eps) / (G + eps) * g
        after["G" + k], after["D" + k] = G, rho * D + (1 - rho) * step**2
        new[k] = model[k] + step
    return new, after
