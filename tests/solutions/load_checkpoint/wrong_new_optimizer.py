"""Loads the optimizer's state into an optimizer of its own instead of the caller's."""


def load_checkpoint(path, model, optimizer):
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer = torch.optim.Adam(model.parameters())
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"], saved["best"]
