"""A while loop over a shuffled list."""


def minibatches(n, batch_size, seed):
    rng = np.random.default_rng(seed)
    indices = np.arange(n)
    rng.shuffle(indices)
    start, found = 0, []
    while start < n:
        found.append(indices[start : min(start + batch_size, n)].copy())
        start = start + batch_size
    return found
