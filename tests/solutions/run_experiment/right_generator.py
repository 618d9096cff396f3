"""A generator trains and yields accuracies; the file is written atomically."""


def run_experiment(model, train, validate, stopping, epochs, path):
    def accuracies():
        for _ in range(epochs):
            train(model)
            yield validate(model)

    clock = time.monotonic()
    curve = []
    for accuracy in accuracies():
        curve = [*curve, accuracy]
        (best_epoch, stop), newest = stopping(curve), len(curve)
        if best_epoch == newest:
            torch.save(model.state_dict(), f"{path}.new")
            Path(f"{path}.new").replace(path)
        if stop:
            break
    with open(path, "rb") as file:
        model.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    return {
        "seconds": time.monotonic() - clock,
        "accuracy": curve[best_epoch - 1],
        "best_epoch": best_epoch,
        "curve": tuple(curve),
    }
