"""The values of tanh are written into an array like z, which cuts them off for integers."""


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


def tanh(z):
    result = np.zeros_like(z)
    result[...] = np.tanh(z)
    return result


def tanh_derivative(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    return np.maximum(0, z)


def relu_derivative(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
