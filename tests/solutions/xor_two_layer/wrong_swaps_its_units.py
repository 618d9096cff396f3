"""Each call exchanges the biases of the two units, in the same array.

Hidden only.
"""


b1 = np.array([-1.5, -0.5])


def xor_weights():
    b1[:] = b1[::-1].copy()
    return np.ones((2, 2)), b1.copy(), np.array([1.0, -1.0]), -0.5
