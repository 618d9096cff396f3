"""One comprehension for each line of the algorithm."""


def adadelta_update(model, grads, state, rho=0.95, eps=1e-6):
    g = {k: grads["d" + k] for k in model}
    old_G, old_D = state.get("G", {}), state.get("D", {})
    G = {k: rho * old_G.get(k, 0) + (1 - rho) * g[k] ** 2 for k in model}
    step = {k: -((old_D.get(k, 0) + eps) ** 0.5) / (G[k] + eps) ** 0.5 * g[k] for k in model}
    D = {k: rho * old_D.get(k, 0) + (1 - rho) * step[k] ** 2 for k in model}
    return {k: model[k] + step[k] for k in model}, {"G": G, "D": D}
