"""A copy in which the negative values are scaled."""


def leaky_relu(z, leak=0.01):
    result = np.array(z, dtype=float)
    result[result < 0] *= leak
    return result


def leaky_relu_derivative(z, leak=0.01):
    slope = np.full(np.shape(z), float(leak))
    slope[np.asarray(z) > 0] = 1
    return slope
