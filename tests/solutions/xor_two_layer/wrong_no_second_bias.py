"""The output bias is 0, so the answer at (0, 0) is right and that at (1, 1) too late."""


def xor_weights():
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    return W1, np.array([-0.5, -1.5]), np.array([1.0, -0.5]), 0.0
