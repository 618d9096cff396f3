"""Only the order of the batches is random."""


def minibatches(n, batch_size, seed):
    starts = np.arange(0, n, batch_size)
    return [
        np.arange(i, min(i + batch_size, n))
        for i in np.random.default_rng(seed).permutation(starts)
    ]
