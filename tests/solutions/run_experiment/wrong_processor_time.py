"""Measures the time of the processor, which stands still while the experiment waits."""


def run_experiment(model, train, validate, stopping, epochs, path):
    start = time.process_time()
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
        "accuracy": curve[best_epoch - 1],
        "seconds": time.process_time() - start,
    }
