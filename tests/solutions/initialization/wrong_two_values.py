"""He draws signs only: all weights have the same size.

Hidden only.
"""


def xavier(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def he(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed)
    return np.sqrt(2 / fan_in) * rng.choice([-1.0, 1.0], (fan_in, fan_out))
