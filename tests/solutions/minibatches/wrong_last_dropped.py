"""The smaller last batch is dropped."""


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(seed).permutation(n)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n // batch_size)]
