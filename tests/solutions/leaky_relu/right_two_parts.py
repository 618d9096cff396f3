"""The positive part, plus a little of the negative one."""


def leaky_relu(z, leak=0.01):
    return np.maximum(z, 0) + leak * np.minimum(z, 0)


def leaky_relu_derivative(z, leak=0.01):
    return leak + (1 - leak) * (z > 0)
