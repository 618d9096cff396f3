"""A generator function in place of a list."""


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(seed).permutation(n)
    while order.size:
        yield order[:batch_size]
        order = order[batch_size:]
