"""Ignores the given path."""


def save_checkpoint(path, model, optimizer, epoch, best):
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "best": best,
    }
    torch.save(content, "model_checkpoints/checkpoint.pt")
