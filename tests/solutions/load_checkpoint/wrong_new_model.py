"""Rebinds the local name instead of changing the caller's model."""


def load_checkpoint(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model = saved["model"]
    optimizer = saved["optimizer"]
    return saved["epoch"], saved["best"]
