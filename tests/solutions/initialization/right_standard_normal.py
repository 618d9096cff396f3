"""Standard normal numbers, scaled; one helper for both."""


def scaled(shape, variance, seed):
    return np.random.default_rng(seed).standard_normal(shape) * variance**0.5


def xavier(fan_in, fan_out, seed):
    return scaled((fan_in, fan_out), 2 / (fan_in + fan_out), seed)


def he(fan_in, fan_out, seed):
    return scaled((fan_in, fan_out), 2 / fan_in, seed)
