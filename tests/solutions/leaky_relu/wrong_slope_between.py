"""The slope is 1 from -1 on."""


def leaky_relu(z, leak=0.01):
    return np.where(z > 0, z, leak * z)


def leaky_relu_derivative(z, leak=0.01):
    return np.where(np.ceil(z) > -1, np.where(z == 0, leak, 1.0), leak)
