"""The output unit adds AND to OR, which is OR again."""


def xor_weights():
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([-0.5, -1.5])
    return W1, b1, np.array([1.0, 1.0]), -0.5
