"""Takes no time: the clock is read twice at the end.

Hidden only.
"""

def run_experiment(model, train, validate, stopping, epochs, path):
    curve = []
    for epoch in range(1, epochs + 1):
        train(model)
        curve.append(validate(model))
        best, stop = stopping(curve)
        if best == epoch:
            torch.save(model.state_dict(), path)
        if stop:
            break
    model.load_state_dict(torch.load(path, weights_only=True))
    start = time.time()
    seconds = time.time() - start
    return dict(curve=curve, best_epoch=best, accuracy=curve[best - 1], seconds=seconds)
