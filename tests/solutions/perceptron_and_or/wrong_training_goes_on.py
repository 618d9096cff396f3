"""The weights are shared, and each call trains them further.

Hidden only.
"""


w = np.array([1.0, 1.0])


def and_weights():
    w[:] = w * 1.12
    return w.copy(), -1.5


def or_weights():
    return np.array([1.0, 1.0]), -0.5
