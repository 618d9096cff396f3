"""Batches of equal size, by array_split."""


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(seed).permutation(n)
    return np.array_split(order, int(np.ceil(n / batch_size)))
