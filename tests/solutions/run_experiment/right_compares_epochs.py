"""Saves whenever the best epoch has changed; the row is filled as it goes."""


def run_experiment(model, train, validate, stopping, epochs, path):
    row = {"curve": [], "best_epoch": 0, "accuracy": 0.0, "seconds": -time.perf_counter()}
    for _ in range(epochs):
        train(model)
        accuracy = validate(model)
        row["curve"] += [accuracy]
        best, stop = stopping(list(row["curve"]))
        if best != row["best_epoch"]:
            row["best_epoch"], row["accuracy"] = best, accuracy
            torch.save({k: v.cpu() for k, v in model.state_dict().items()}, path)
        if stop:
            break
    model.load_state_dict(torch.load(path))
    row["seconds"] += time.perf_counter()
    return row
