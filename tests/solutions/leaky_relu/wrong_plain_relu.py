"""ReLU."""


def leaky_relu(z, leak=0.01):
    return np.maximum(z, 0)


def leaky_relu_derivative(z, leak=0.01):
    return (z > 0) * 1.0
