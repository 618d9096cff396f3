"""Seeds NumPy's global state, which takes no generator."""


def xavier(fan_in, fan_out, seed):
    np.random.seed(seed)
    return np.random.randn(fan_in, fan_out) * np.sqrt(2 / (fan_in + fan_out))


def he(fan_in, fan_out, seed):
    np.random.seed(seed)
    return np.random.randn(fan_in, fan_out) * np.sqrt(2 / fan_in)
