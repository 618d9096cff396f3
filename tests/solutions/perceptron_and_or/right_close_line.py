"""Lines exactly 0.1 away from the closest corner: on paper right, in floats a matter of rounding."""


def and_weights():
    return np.array([1, 1]), -1.2


def or_weights():
    return np.array([1.0, 1.0]), -0.2
