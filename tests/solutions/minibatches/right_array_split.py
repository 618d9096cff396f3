"""np.split at the borders of the batches."""


def minibatches(n, batch_size, seed):
    indices = np.arange(n)
    np.random.default_rng(seed).shuffle(indices)
    return np.split(indices, range(batch_size, n, batch_size))
