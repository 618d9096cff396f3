"""Other weights: large ones, a list in place of an array, the bias as an array of one element."""


def and_weights():
    return [20, 20], np.array([-30])


def or_weights():
    w = np.full(2, 4.0)
    return w, -2
