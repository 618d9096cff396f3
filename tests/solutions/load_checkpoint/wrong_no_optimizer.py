"""Does not restore the optimizer."""


def load_checkpoint(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    return saved["epoch"], saved["best"]
