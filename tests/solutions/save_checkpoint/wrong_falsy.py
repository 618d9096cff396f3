"""Leaves 0 out, which `or` takes for nothing.

Hidden only.
"""


def save_checkpoint(path, model, optimizer, epoch, best):
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch or 1,
        "best": best or 1e-9,
    }
    torch.save(content, path)
