"""Rounds the accuracy to two digits.

Hidden only.
"""


def save_checkpoint(path, model, optimizer, epoch, best):
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "best": round(best, 2),
    }
    torch.save(content, path)
