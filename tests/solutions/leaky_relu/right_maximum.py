"""The larger of z and leak * z, right while leak < 1."""


def leaky_relu(z, leak=0.01):
    return np.maximum(z, leak * z)


def leaky_relu_derivative(z, leak=0.01):
    return np.heaviside(z, 0.0) * (1 - leak) + leak
