"""Loads a file only if it is further than the last one.

Hidden only.
"""


def load_checkpoint(path, model, optimizer):
    content = torch.load(path, weights_only=True)
    if content["epoch"] > 0 or content["best"] > 0:
        model.load_state_dict(content["model"])
        optimizer.load_state_dict(content["optimizer"])
    return max(content["epoch"], 1), content["best"]
