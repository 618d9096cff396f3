"""When n is a multiple of the batch size, there is an empty batch at the end."""


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(seed).permutation(n)
    return np.split(order, range(batch_size, n + 1, batch_size))
