"""Keeps the best state in memory and never writes the file."""


def run_experiment(model, train, validate, stopping, epochs, path):
    start = time.perf_counter()
    curve = []
    for epoch in range(1, epochs + 1):
        train(model)
        curve.append(validate(model))
        best_epoch, stop = stopping(curve)
        if best_epoch == epoch:
            best_state = {name: value.clone() for name, value in model.state_dict().items()}
        if stop:
            break
    model.load_state_dict(best_state)
    return {
        "curve": curve,
        "best_epoch": best_epoch,
        "accuracy": curve[best_epoch - 1],
        "seconds": time.perf_counter() - start,
    }
