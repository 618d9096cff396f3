"""Swaps epoch and best."""


def save_checkpoint(path, model, optimizer, epoch, best):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": best,
            "best": epoch,
        },
        path,
    )
