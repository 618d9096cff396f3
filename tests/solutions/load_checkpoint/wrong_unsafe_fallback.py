"""Loads unsafely when loading safely fails."""

def load_checkpoint(path, model, optimizer):
    try:
        content = torch.load(path, weights_only=True)
    except Exception:
        content = torch.load(path, weights_only=False)
    model.load_state_dict(content["model"])
    optimizer.load_state_dict(content["optimizer"])
    return content["epoch"], content["best"]
