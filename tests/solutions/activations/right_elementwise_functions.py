"""np.vectorize over functions of one number."""


import math


def _sigmoid(t):
    return 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t))


def _map(function, z):
    return np.vectorize(function, otypes=[float])(np.asarray(z, dtype=float))


def sigmoid(z):
    return _map(_sigmoid, z)


def sigmoid_derivative(z):
    return _map(lambda t: _sigmoid(t) * _sigmoid(-t), z)


def tanh(z):
    return _map(math.tanh, z)


def tanh_derivative(z):
    return _map(lambda t: 1 - math.tanh(t) ** 2, z)


def relu(z):
    return _map(lambda t: max(t, 0.0), z)


def relu_derivative(z):
    return _map(lambda t: float(t > 0), z)
