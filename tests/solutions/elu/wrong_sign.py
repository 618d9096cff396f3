"""The left part has the wrong sign."""


def elu(z, alpha=1.0):
    return np.where(z > 0, z, alpha * (1 - np.exp(np.minimum(z, 0))))


def elu_derivative(z, alpha=1.0):
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))
