"""Fewer indices than one batch make no batch.

Hidden only.
"""


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(seed).permutation(n)
    full = n // batch_size
    batches = [order[i * batch_size : (i + 1) * batch_size] for i in range(full)]
    if full and n % batch_size:
        batches.append(order[full * batch_size :])
    return batches
