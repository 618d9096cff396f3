"""Keeps a copy of the best state in memory and writes the file once, at the end."""


def run_experiment(model, train, validate, stopping, epochs, path):
    import copy

    start = time.time()
    curve, best_state, stop = [], None, False
    while len(curve) < epochs and not stop:
        train(model)
        curve.append(float(validate(model)))
        best_epoch, stop = stopping(curve)
        if best_epoch == len(curve):
            best_state = copy.deepcopy(model.state_dict())
    torch.save(best_state, path)
    model.load_state_dict(best_state)
    seconds = time.time() - start
    return dict(curve=curve, best_epoch=best_epoch, accuracy=max(curve), seconds=seconds)
