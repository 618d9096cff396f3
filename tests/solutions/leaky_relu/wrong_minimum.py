"""The smaller of z and leak * z."""


def leaky_relu(z, leak=0.01):
    return np.minimum(z, leak * z)


def leaky_relu_derivative(z, leak=0.01):
    return np.where(z > 0, 1.0, leak)
