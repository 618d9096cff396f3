"""All parameters are regularized, the biases too."""


def calculate_loss(model, x=None, y=None, reg=None):
    x = x_train if x is None else x
    y = y_train if y is None else y
    reg = REG if reg is None else reg
    data_loss = cross_entropy(forward_pass(model, x)["probs"], y)
    return data_loss + reg / 2 * sum(np.sum(array**2) for array in model.values())
