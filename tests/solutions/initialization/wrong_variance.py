"""The variance is passed as the standard deviation."""


def xavier(fan_in, fan_out, seed):
    return np.random.default_rng(seed).normal(0, 2 / (fan_in + fan_out), (fan_in, fan_out))


def he(fan_in, fan_out, seed):
    return np.random.default_rng(seed).normal(0, 2 / fan_in, (fan_in, fan_out))
