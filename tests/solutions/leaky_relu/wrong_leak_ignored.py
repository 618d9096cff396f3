"""0.01 is written into the code."""


def leaky_relu(z, leak=0.01):
    return np.where(z > 0, z, 0.01 * z)


def leaky_relu_derivative(z, leak=0.01):
    return np.where(z > 0, 1.0, 0.01)
