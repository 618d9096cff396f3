"""Opens the file itself and copies into the parameters."""

def load_checkpoint(path, model, optimizer):
    with open(path, "rb") as file:
        saved = torch.load(file, map_location="cpu", weights_only=True)
    optimizer.load_state_dict(saved["optimizer"])
    with torch.no_grad():
        for name, value in model.state_dict().items():
            value.copy_(saved["model"][name])
    return [saved["epoch"], saved["best"]]
