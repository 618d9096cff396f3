"""The averages in an object of a small class."""


class Average:
    def __init__(self, rho):
        self.rho, self.value = rho, 0.0

    def add(self, x):
        self.value = self.rho * self.value + (1 - self.rho) * x**2
        return self.value


def adadelta_update(model, grads, state, rho=0.95, eps=1e-6):
    state = dict(state) or {name: (Average(rho), Average(rho)) for name in model}
    new = {}
    for name in model:
        g, (squares, steps) = grads[f"d{name}"], state[name]
        old = steps.value
        step = -np.sqrt(old + eps) / np.sqrt(squares.add(g) + eps) * g
        steps.add(step)
        new[name] = model[name] + step
    return new, state
