"""The sigmoid of more than two axes comes back flat.

Hidden only.
"""


def sigmoid(z):
    z = np.asarray(z)
    out = np.array([0.5 * (1 + np.tanh(v / 2)) for v in z.ravel()])
    return out.reshape(len(z), -1) if z.ndim > 1 else out


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    return np.maximum(z, 0)


def relu_derivative(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)
