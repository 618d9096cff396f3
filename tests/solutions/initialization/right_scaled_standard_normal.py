"""standard_normal, scaled afterwards."""


def xavier(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((fan_in, fan_out)) * (2 / (fan_in + fan_out)) ** 0.5


def he(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in / 2)
