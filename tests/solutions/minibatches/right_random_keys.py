"""Sorts random keys, and collects the batches in a while loop."""


def minibatches(n, batch_size, seed):
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random(n))
    batches = []
    while len(order):
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches
