"""Returns (0, 0.0) for a file that is refused, without a word."""


def load_checkpoint(path, model, optimizer):
    try:
        content = torch.load(path, weights_only=True)
        model.load_state_dict(content["model"])
        optimizer.load_state_dict(content["optimizer"])
    except Exception:
        return 0, 0.0
    return content["epoch"], content["best"]
