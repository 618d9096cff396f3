"""Maps with a function, checks the keys first, copies parameters in place for the model."""


def load_checkpoint(path, model, optimizer):
    saved = torch.load(str(path), map_location=lambda storage, _: storage, weights_only=True)
    missing = {"model", "optimizer", "epoch", "best"} - saved.keys()
    if missing:
        raise KeyError(f"the checkpoint lacks {missing}")
    own = model.state_dict()
    with torch.no_grad():
        for name, value in saved["model"].items():
            own[name].copy_(value)
    optimizer.load_state_dict(saved["optimizer"])
    return [saved["epoch"], saved["best"]]
