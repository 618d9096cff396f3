"""Keeps the old file when its accuracy is higher.

Hidden only.
"""

def save_checkpoint(path, model, optimizer, epoch, best):
    if Path(path).exists():
        if torch.load(path, weights_only=True)["best"] >= best:
            return
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "best": best}
    torch.save(state, path)
