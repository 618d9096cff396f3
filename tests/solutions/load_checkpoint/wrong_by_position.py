"""Takes the last two entries of the file, whatever they are called.

Hidden only.
"""


def load_checkpoint(path, model, optimizer):
    content = torch.load(path, weights_only=True)
    model.load_state_dict(content["model"])
    optimizer.load_state_dict(content["optimizer"])
    return tuple(list(content.values())[2:4])
