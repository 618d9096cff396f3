"""The seed 0 counts as none.

Hidden only.
"""


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(seed or None).permutation(n)
    batches = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    return batches
