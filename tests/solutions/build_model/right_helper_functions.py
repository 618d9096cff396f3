"""Split into functions; the rate of each step is looked up in a table."""


def first_model(sizes, rng, dtype):
    model = {}
    for number, (before, after) in enumerate(zip(sizes, sizes[1:]), start=1):
        model["W" + str(number)] = np.asarray(he(before, after, rng), dtype=dtype)
        model["b" + str(number)] = np.zeros(after, dtype=dtype)
    return model


def one_epoch(model, x, y, batches, rate, reg):
    for batch in batches:
        cache = forward_pass(model, x[batch])
        model = sgd_update(model, backward_pass(model, cache, y[batch], reg), rate)
    return model


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
    model = first_model([x.shape[1], *hidden_sizes, 1 + int(max(y))], rng, x.dtype)
    rates = [annealed(learning_rate, decay, epoch) for epoch in range(epochs)]
    for epoch, rate in enumerate(rates):
        model = one_epoch(model, x, y, list(minibatches(len(y), batch_size, rng)), rate, reg)
        if on_epoch is not None:
            on_epoch(epoch, model)
    return model
