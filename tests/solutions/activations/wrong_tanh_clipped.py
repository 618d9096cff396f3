"""z is clipped to 3 either way in tanh, where "it is 1 anyway"."""


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z):
    return np.tanh(np.clip(z, -9, 3))


def tanh_derivative(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    return np.maximum(z, 0)


def relu_derivative(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
