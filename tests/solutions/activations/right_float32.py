"""Everything is computed in float32, whatever z is."""


def sigmoid(z):
    z = np.asarray(z, dtype=np.float32)
    return 1 / (1 + np.exp(np.clip(-z, -80, 80)))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z):
    return np.tanh(np.asarray(z, dtype=np.float32))


def tanh_derivative(z):
    return 1 - tanh(z) ** 2


def relu(z):
    return np.maximum(np.asarray(z, dtype=np.float32), 0)


def relu_derivative(z):
    return (np.asarray(z) > 0).astype(np.float32)
