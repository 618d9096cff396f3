"""The bias is a third weight, and nothing else is returned."""


def and_weights():
    return np.array([-1.5, 1.0, 1.0])


def or_weights():
    return np.array([-0.5, 1.0, 1.0])
