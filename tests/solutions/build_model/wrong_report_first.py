"""on_epoch is called before the epoch."""


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
    sizes = [x.shape[1], *hidden_sizes, int(y.max()) + 1]
    model = {}
    for i in (1, 2, 3):
        model[f"W{i}"] = he(sizes[i - 1], sizes[i], rng).astype(x.dtype)
        model[f"b{i}"] = np.zeros(sizes[i], dtype=x.dtype)
    for epoch in range(epochs):
        if on_epoch is not None:
            on_epoch(epoch, model)
        rate = annealed(learning_rate, decay, epoch)
        for batch in minibatches(len(x), batch_size, rng):
            grads = backward_pass(model, forward_pass(model, x[batch]), y[batch], reg)
            model = sgd_update(model, grads, rate)
    return model
