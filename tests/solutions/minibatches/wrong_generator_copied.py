"""Works on a copy of the generator, so each epoch has the same order.

Hidden only.
"""


import copy


def minibatches(n, batch_size, seed):
    order = np.random.default_rng(copy.deepcopy(seed)).permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]
