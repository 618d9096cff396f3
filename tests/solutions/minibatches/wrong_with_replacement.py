"""Draws each batch at random: some samples twice, others never."""


def minibatches(n, batch_size, seed):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, n, min(batch_size, n - i)) for i in range(0, n, batch_size)]
