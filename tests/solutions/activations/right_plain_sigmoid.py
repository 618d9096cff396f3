"""The plain formula: it overflows for -1000 on the way, and still gives exactly 0."""


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-np.asarray(z, dtype=float)))


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s - s * s


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    t = tanh(z)
    return (1 - t) * (1 + t)


def relu(z):
    out = np.array(z, copy=True)
    out[out < 0] = 0
    return out


def relu_derivative(z):
    return np.heaviside(z, 0.0)
