"""Divides by the leak."""


def leaky_relu(z, leak=0.01):
    return np.where(z > 0, z, z / (1 / leak) ** 2)


def leaky_relu_derivative(z, leak=0.01):
    return np.where(z > 0, 1.0, leak)
