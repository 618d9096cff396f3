"""Takes the accuracy 0 for a missing one.

Hidden only.
"""

def load_checkpoint(path, model, optimizer):
    content = torch.load(path, weights_only=True)
    model.load_state_dict(content["model"])
    optimizer.load_state_dict(content["optimizer"])
    return content["epoch"], content["best"] or float("-inf")
