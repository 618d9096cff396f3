"""Relies on torch.load being safe by default (since version 2.6)."""


def load_checkpoint(path, model, optimizer):
    saved = torch.load(path)
    for target, key in ((model, "model"), (optimizer, "optimizer")):
        target.load_state_dict(saved[key])
    return tuple(saved[key] for key in ("epoch", "best"))
