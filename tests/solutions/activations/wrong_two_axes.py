"""The slope of ReLU loops over rows and columns, so z needs two axes (or one).

Hidden only.
"""


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


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
    out = np.zeros(np.shape(z))
    for i in range(len(z)):
        if np.ndim(z) == 1:
            out[i] = z[i] > 0
        else:
            for j in range(np.shape(z)[1]):
                out[i, j] = 1.0 if z[i, j] > 0 else 0.0
    return out
