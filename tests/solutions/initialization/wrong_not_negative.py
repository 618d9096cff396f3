"""Absolute values of normal numbers."""


def xavier(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    return np.abs(rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out)))


def he(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    return np.abs(rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)))
