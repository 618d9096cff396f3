"""Takes the entries out one by one, with the two values in a named tuple."""


def load_checkpoint(path, model, optimizer):
    from collections import namedtuple

    content = dict(torch.load(str(path), map_location="cpu", weights_only=True))
    optimizer.load_state_dict(content.pop("optimizer"))
    model.load_state_dict(content.pop("model"))
    return namedtuple("Progress", "epoch best")(content["epoch"], content["best"])
