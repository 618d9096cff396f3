"""Sets the learning rate back to Adam's default after loading.

Hidden only.
"""


def load_checkpoint(path, model, optimizer):
    content = torch.load(path, weights_only=True)
    model.load_state_dict(content["model"])
    optimizer.load_state_dict(content["optimizer"])
    for group in optimizer.param_groups:
        group["lr"] = 0.01 if group["lr"] == 0.01 else 0.001
    return content["epoch"], content["best"]
