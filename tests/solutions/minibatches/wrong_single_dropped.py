"""A last batch of one is dropped, "as it is only noise".

Hidden only.
"""


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(seed).permutation(n)
    batches = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    return batches if len(batches[-1]) > 1 else batches[:-1]
