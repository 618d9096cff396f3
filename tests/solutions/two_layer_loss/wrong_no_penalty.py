"""No L2 term."""


def calculate_loss(model, x=None, y=None, reg=None):
    x = x_train if x is None else x
    y = y_train if y is None else y
    reg = REG if reg is None else reg
    return cross_entropy(forward_pass(model, x)["probs"], y)
