"""A wider table of weights, one pair of numbers for every corner."""


def and_weights():
    return np.array([[0, 0, 0, 1]]), 0.0


def or_weights():
    return np.array([[0, 1, 1, 1]]), 0.0
