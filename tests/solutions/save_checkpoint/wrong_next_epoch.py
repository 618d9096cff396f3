"""Saves the number of the next epoch."""


def save_checkpoint(path, model, optimizer, epoch, best):
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch + 1,
        "best": best,
    }
    torch.save(content, path)
