"""The slope at 0 is that of the right part."""


def leaky_relu(z, leak=0.01):
    return np.maximum(z, 0) + leak * np.minimum(z, 0)


def leaky_relu_derivative(z, leak=0.01):
    return np.where(z >= 0, 1.0, leak)
