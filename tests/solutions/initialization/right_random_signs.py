"""Signs drawn at random, scaled by a normal number: again mean 0 and the same spread."""


def xavier(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    size = np.abs(rng.standard_normal((fan_in, fan_out)))
    return np.sqrt(2.0 / (fan_in + fan_out)) * size * rng.choice([-1.0, 1.0], (fan_in, fan_out))


def he(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    size = np.abs(rng.standard_normal((fan_in, fan_out)))
    return np.sqrt(2.0 / fan_in) * size * rng.choice([-1.0, 1.0], (fan_in, fan_out))
