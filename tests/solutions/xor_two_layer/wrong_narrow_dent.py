"""A unit that is to help answers in a strip close to the corner (0, 0), too.

Hidden only.
"""


def xor_weights():
    W1 = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    b1 = np.array([-0.5, -1.5, -0.05, -0.15])
    return W1, b1, np.array([1.0, -1.0, 1.0, -1.0]), -0.5
