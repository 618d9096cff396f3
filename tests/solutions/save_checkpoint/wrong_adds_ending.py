"""Adds an ending to the path.

Hidden only.
"""

def save_checkpoint(path, model, optimizer, epoch, best):
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "best": best}
    torch.save(state, path if str(path).endswith(".pt") else f"{path}.pt")
