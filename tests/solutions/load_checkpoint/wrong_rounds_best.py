"""Rounds the best accuracy to two digits.

Hidden only.
"""

def load_checkpoint(path, model, optimizer):
    content = torch.load(path, weights_only=True)
    model.load_state_dict(content["model"])
    optimizer.load_state_dict(content["optimizer"])
    return content["epoch"], round(content["best"], 2)
