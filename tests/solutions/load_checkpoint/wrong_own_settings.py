"""Keeps the settings that the optimizer has, its learning rate for example.

Hidden only.
"""

def load_checkpoint(path, model, optimizer):
    content = torch.load(path, weights_only=True)
    model.load_state_dict(content["model"])
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": content["optimizer"]["state"], "param_groups": groups})
    return content["epoch"], content["best"]
