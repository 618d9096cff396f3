"""The slopes are written into an array like z, which cuts them off when z holds integers."""


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    result = np.zeros_like(z)
    result[:] = 1 - np.tanh(z) ** 2
    return result


def relu(z):
    return np.maximum(0, z)


def relu_derivative(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
