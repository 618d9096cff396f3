"""Writes each file once, and keeps what is there."""


def save_checkpoint(path, model, optimizer, epoch, best):
    if path.exists():
        return
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "best": best,
    }
    torch.save(content, path)
