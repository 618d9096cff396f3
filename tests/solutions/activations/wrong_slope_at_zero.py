"""The derivative of ReLU at exactly 0 is 1."""


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    return np.maximum(0, z)


def relu_derivative(z):
    return np.where(z >= 0, 1.0, 0.0)
