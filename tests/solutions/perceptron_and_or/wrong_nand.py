"""NAND in place of AND: the signs are turned around."""


def and_weights():
    return np.array([-1.0, -1.0]), 1.5


def or_weights():
    return np.array([1.0, 1.0]), -0.5
