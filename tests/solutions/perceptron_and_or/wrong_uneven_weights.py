"""One weight is so large that its input decides alone."""


def and_weights():
    return np.array([3.0, 1.0]), -2.5


def or_weights():
    return np.array([3.0, 1.0]), -0.5
