"""A while loop, a copy of the best state, and one entry more in the row."""


def run_experiment(model, train, validate, stopping, epochs, path):
    began = time.monotonic()
    curve, best_epoch, stop = [], 0, False
    while len(curve) < epochs and not stop:
        train(model)
        curve.append(float(validate(model)))
        best_epoch, stop = stopping(list(curve))
        if best_epoch == len(curve):
            best = {name: value.clone() for name, value in model.state_dict().items()}
            torch.save(best, path)
    model.load_state_dict(best)
    row = dict(curve=curve, best_epoch=best_epoch, accuracy=max(curve[best_epoch - 1 :][:1]))
    row["epochs_run"] = len(curve)
    return row | {"seconds": time.monotonic() - began}
