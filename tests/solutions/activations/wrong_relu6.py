"""ReLU is cut off at 6, as in mobile networks.

Hidden only.
"""


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    return np.clip(z, 0, 6)


def relu_derivative(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
