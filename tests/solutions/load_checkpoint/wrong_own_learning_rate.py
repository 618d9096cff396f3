"""Keeps the learning rate that the optimizer has.

Hidden only.
"""

def load_checkpoint(path, model, optimizer):
    rate = optimizer.param_groups[0]["lr"]
    content = torch.load(path, weights_only=True)
    model.load_state_dict(content["model"])
    optimizer.load_state_dict(content["optimizer"])
    for group in optimizer.param_groups:
        group["lr"] = rate
    return content["epoch"], content["best"]
