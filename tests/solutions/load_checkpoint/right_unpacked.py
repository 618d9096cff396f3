"""Loads to the CPU and returns the two values as a tuple of plain numbers."""


def load_checkpoint(path, model, optimizer):
    with open(path, "rb") as file:
        saved = torch.load(file, map_location="cpu", weights_only=True)
    optimizer.load_state_dict(saved["optimizer"])
    model.load_state_dict(saved["model"], strict=True)
    return int(saved["epoch"]), float(saved["best"])
