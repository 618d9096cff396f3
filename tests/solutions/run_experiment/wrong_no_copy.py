"""Keeps the best state_dict without a copy, so it follows the training to the last epoch."""


def run_experiment(model, train, validate, stopping, epochs, path):
    start = time.perf_counter()
    curve = []
    for epoch in range(1, epochs + 1):
        train(model)
        curve.append(validate(model))
        best_epoch, stop = stopping(curve)
        if best_epoch == epoch:
            best_state = model.state_dict()
        if stop:
            break
    torch.save(best_state, path)
    model.load_state_dict(best_state)
    return {
        "curve": curve,
        "best_epoch": best_epoch,
        "accuracy": curve[best_epoch - 1],
        "seconds": time.perf_counter() - start,
    }
