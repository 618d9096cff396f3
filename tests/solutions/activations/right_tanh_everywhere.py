"""The sigmoid through tanh, ReLU through the absolute value, slopes through the sign."""


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(np.multiply(z, 0.5))


def sigmoid_derivative(z):
    return 0.25 * (1 - np.tanh(np.multiply(z, 0.5)) ** 2)


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    return 1 - np.square(np.tanh(z))


def relu(z):
    return (z + abs(z)) / 2


def relu_derivative(z):
    return np.maximum(np.sign(z), 0)
