"""Two units that each find one of the two ones: x1 but not x2, and x2 but not x1."""


def xor_weights():
    W1 = np.array([[2.0, -2.0], [-2.0, 2.0]])
    return W1, np.array([-1.0, -1.0]), np.array([1.0, 1.0]), np.array(-0.5)
