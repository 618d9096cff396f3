"""Takes the time of the last epoch."""

def run_experiment(model, train, validate, stopping, epochs, path):
    curve = []
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        train(model)
        curve.append(validate(model))
        best_epoch, stop = stopping(curve)
        if best_epoch == epoch:
            torch.save(model.state_dict(), path)
        if stop:
            break
    model.load_state_dict(torch.load(path, weights_only=True))
    return {
        "curve": curve,
        "best_epoch": best_epoch,
        "accuracy": curve[best_epoch - 1],
        "seconds": time.perf_counter() - start,
    }
