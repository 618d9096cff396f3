"""Two masks for the sigmoid, tanh through the sigmoid, booleans as slopes of ReLU."""


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    out = np.empty_like(z)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    powers = np.exp(z[~positive])
    out[~positive] = powers / (1 + powers)
    return out


def sigmoid_derivative(z):
    return sigmoid(z) * sigmoid(-z)


def tanh(z):
    return 2 * sigmoid(2 * z) - 1


def tanh_derivative(z):
    return 1 - tanh(z) ** 2


def relu(z):
    return z * (z > 0)


def relu_derivative(z):
    return z > 0
