"""Integers decide: from -1 to 0 nothing is multiplied."""


def leaky_relu(z, leak=0.01):
    return np.where(np.trunc(z) < 0, leak * z, z)


def leaky_relu_derivative(z, leak=0.01):
    return np.where(z > 0, 1.0, leak)
