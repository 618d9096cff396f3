"""Draws from NumPy's global state."""


def xavier(fan_in, fan_out, seed):
    return np.random.randn(fan_in, fan_out) * np.sqrt(2 / (fan_in + fan_out))


def he(fan_in, fan_out, seed):
    return np.random.randn(fan_in, fan_out) * np.sqrt(2 / fan_in)
