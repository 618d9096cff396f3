"""The squares by np.vdot, the keys by their first letter."""


def calculate_loss(model, x=None, y=None, reg=None):
    x = x_train if x is None else x
    y = y_train if y is None else y
    reg = REG if reg is None else reg
    penalty = 0.0
    for key in model:
        if key.startswith("W"):
            penalty += 0.5 * reg * float(np.vdot(model[key], model[key]))
    return cross_entropy(forward_pass(model, x)["probs"], y) + penalty
