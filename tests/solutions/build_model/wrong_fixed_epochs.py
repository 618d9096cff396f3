"""Runs 20 epochs whatever is asked for."""


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
    generator = np.random.default_rng(seed)
    D, C = x.shape[1], int(y.max()) + 1
    H1, H2 = hidden_sizes
    model = dict(
        W1=he(D, H1, generator),
        b1=np.zeros(H1),
        W2=he(H1, H2, generator),
        b2=np.zeros(H2),
        W3=he(H2, C, generator),
        b3=np.zeros(C),
    )
    model = {key: value.astype(x.dtype) for key, value in model.items()}
    rate = learning_rate
    for epoch in range(20):
        for indices in minibatches(x.shape[0], batch_size, generator):
            xb, yb = x[indices], y[indices]
            grads = backward_pass(model, forward_pass(model, xb), yb, reg)
            for key in model:
                model[key] = model[key] - rate * grads["d" + key]
        rate *= decay
        if on_epoch:
            on_epoch(epoch, model)
    return model
