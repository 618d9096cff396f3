"""The seed 0 counts as none, and gives other weights each time.

Hidden only.
"""


def xavier(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed or None)
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def he(fan_in, fan_out, seed):
    rng = np.random.default_rng(seed or None)
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
