"""Half of the sum and half of the absolute value."""


def leaky_relu(z, leak=0.01):
    return (1 + leak) / 2 * z + (1 - leak) / 2 * np.abs(z)


def leaky_relu_derivative(z, leak=0.01):
    return (1 + leak) / 2 + (1 - leak) / 2 * np.where(z > 0, 1, -1)
