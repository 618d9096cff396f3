"""Three units find the sum 1, with thresholds that leave a strip in between."""


def xor_weights():
    W1 = np.ones((2, 3))
    b1 = np.array([-0.85, -1.22, -1.5])
    return W1, b1, np.array([1.0, -0.5, -1.0]), -0.25
