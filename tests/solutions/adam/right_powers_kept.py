"""Keeps the powers of the betas in place of a count of the steps."""


def adam_update(model, grads, state, learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    p1, p2 = (power * beta for power, beta in zip(state.get("powers", (1, 1)), (beta1, beta2)))
    averages = {}
    new = {}
    for name, array in model.items():
        g = grads[f"d{name}"]
        m, v = state.get(name, (np.zeros(array.shape, array.dtype),) * 2)
        averages[name] = (beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2)
        m, v = averages[name]
        new[name] = array - learning_rate * (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps)
    return new, {**averages, "powers": (p1, p2)}
