"""The output is turned around: 1 where both inputs are the same."""


def xor_weights():
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    return W1, np.array([-0.5, -1.5]), np.array([-1.0, 1.0]), 0.5
