"""Everything in float64, with a progress bar and its own shuffling."""


def build_model(
    x,
    y,
    hidden_sizes=(256, 128),
    epochs=20,
    batch_size=128,
    learning_rate=0.1,
    decay=0.95,
    reg=1e-4,
    seed=0,
    on_epoch=None,
):
    rng = np.random.default_rng(seed)
    sizes = (x.shape[1],) + tuple(hidden_sizes) + (int(np.max(y)) + 1,)
    model = {}
    for i in range(3):
        model["W%d" % (i + 1)] = he(sizes[i], sizes[i + 1], rng)
        model["b%d" % (i + 1)] = np.zeros(sizes[i + 1])
    for epoch in tqdm(range(epochs), disable=True):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            cache = forward_pass(model, x[batch].astype(np.float64))
            grads = backward_pass(model, cache, y[batch], reg)
            model = sgd_update(model, grads, annealed(learning_rate, decay, epoch))
        if on_epoch is not None:
            on_epoch(epoch, model)
    return model
