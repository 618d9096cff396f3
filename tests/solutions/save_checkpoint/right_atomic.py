"""Writes beside the target first, so that a crash leaves the old checkpoint whole."""


def save_checkpoint(path, model, optimizer, epoch, best):
    import os

    beside = str(path) + ".part"
    weights = {name: value.detach().cpu() for name, value in model.state_dict().items()}
    torch.save(
        {"model": weights, "optimizer": optimizer.state_dict(), "epoch": epoch, "best": best},
        beside,
    )
    os.replace(beside, path)
