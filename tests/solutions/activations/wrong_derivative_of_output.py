"""The derivatives expect the activation and not its input."""


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def sigmoid_derivative(z):
    return z * (1 - z)


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    return 1 - z**2


def relu(z):
    return np.maximum(0, z)


def relu_derivative(z):
    return np.where(z > 0, 1.0, 0.0)
