"""Writes nothing when the best value has not grown since the last call.

Hidden only.
"""


def save_checkpoint(path, model, optimizer, epoch, best):
    if best <= getattr(save_checkpoint, "last", -1.0):
        return
    save_checkpoint.last = best
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "best": best,
    }
    torch.save(content, path)
