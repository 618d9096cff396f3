"""Saves a state only if its accuracy is above 0.

Hidden only.
"""


def run_experiment(model, train, validate, stopping, epochs, path):
    start = time.perf_counter()
    curve, best = [], 0.0
    torch.save(model.state_dict(), path)
    for epoch in range(1, epochs + 1):
        train(model)
        curve.append(validate(model))
        best_epoch, stop = stopping(curve)
        if curve[-1] > best:
            best = curve[-1]
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
