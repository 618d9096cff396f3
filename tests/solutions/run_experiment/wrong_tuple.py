"""Returns the values without their names."""


def run_experiment(model, train, validate, stopping, epochs, path):
    start = time.perf_counter()
    curve = []
    for epoch in range(1, epochs + 1):
        train(model)
        curve.append(validate(model))
        best_epoch, stop = stopping(curve)
        if best_epoch == epoch:
            torch.save(model.state_dict(), path)
        if stop:
            break
    model.load_state_dict(torch.load(path, weights_only=True))
    return curve, best_epoch, curve[best_epoch - 1], time.perf_counter() - start
