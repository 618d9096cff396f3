"""Only the negative values go through exp."""


def elu(z, alpha=1.0):
    result = np.array(z, dtype=float)
    left = result <= 0
    result[left] = alpha * np.expm1(result[left])
    return result


def elu_derivative(z, alpha=1.0):
    slope = np.ones(np.shape(z))
    left = np.asarray(z) <= 0
    slope[left] = alpha * np.exp(np.asarray(z)[left])
    return slope
