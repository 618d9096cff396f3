"""Two more units leave a hole close to the corner (1, 1).

Hidden only.
"""


def xor_weights():
    W1 = np.ones((2, 4))
    b1 = np.array([-0.5, -1.5, -1.93, -1.97])
    return W1, b1, np.array([1.0, -1.0, 1.0, -1.0]), -0.5
