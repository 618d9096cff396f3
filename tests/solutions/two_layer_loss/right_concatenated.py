"""All weights in one long array, squared by a product with itself."""


def calculate_loss(model, x=None, y=None, reg=None):
    x = x_train if x is None else x
    y = y_train if y is None else y
    reg = REG if reg is None else reg
    data_loss = cross_entropy(forward_pass(model, x)["probs"], y)
    weights = np.concatenate([model[f"W{layer}"].ravel() for layer in (1, 2, 3)])
    return data_loss + 0.5 * reg * float(weights @ weights)
