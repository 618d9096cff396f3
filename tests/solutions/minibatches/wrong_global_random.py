"""The seed is not used."""


def minibatches(n, batch_size, seed):
    order = np.random.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]
