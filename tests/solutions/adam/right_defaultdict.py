"""A defaultdict for the averages."""


from collections import defaultdict


def adam_update(model, grads, state, learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = defaultdict(float, state.get("m", {}))
    v = defaultdict(float, state.get("v", {}))
    t = state.get("t", 0) + 1
    new = {}
    for k, theta in model.items():
        g = grads["d" + k]
        m[k] = beta1 * m[k] + (1 - beta1) * g
        v[k] = beta2 * v[k] + (1 - beta2) * g * g
        rate = learning_rate / (1 - beta1**t)
        new[k] = theta - rate * m[k] / (np.sqrt(v[k] / (1 - beta2**t)) + eps)
    return new, {"m": m, "v": v, "t": t}
