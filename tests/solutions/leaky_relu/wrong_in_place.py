"""The argument itself is changed."""


def leaky_relu(z, leak=0.01):
    z[z < 0] *= leak
    return z


def leaky_relu_derivative(z, leak=0.01):
    return np.where(z > 0, 1.0, leak)
