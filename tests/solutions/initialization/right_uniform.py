"""The uniform distributions of both papers."""


def xavier(fan_in, fan_out, seed):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out))


def he(fan_in, fan_out, seed):
    limit = np.sqrt(6 / fan_in)
    return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out))
