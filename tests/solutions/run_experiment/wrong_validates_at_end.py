"""Validates the best state again for the row.

Hidden only.
"""

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
    return {
        "curve": curve,
        "best_epoch": best_epoch,
        "accuracy": validate(model),
        "seconds": time.perf_counter() - start,
    }
