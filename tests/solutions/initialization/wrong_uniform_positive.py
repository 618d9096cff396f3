"""Uniform between 0 and the right standard deviation: the mean is not 0."""


def xavier(fan_in, fan_out, seed):
    return np.random.default_rng(seed).random((fan_in, fan_out)) * np.sqrt(24 / (fan_in + fan_out))


def he(fan_in, fan_out, seed):
    return np.random.default_rng(seed).random((fan_in, fan_out)) * np.sqrt(24 / fan_in)
