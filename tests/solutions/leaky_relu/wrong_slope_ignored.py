"""The slope has 0.01 written into it."""


def leaky_relu(z, leak=0.01):
    return np.where(z > 0, z, leak * z)


def leaky_relu_derivative(z, leak=0.01):
    return np.where(z > 0, 1.0, 0.01)
