"""Saves the settings of the optimizer, without its state."""


def save_checkpoint(path, model, optimizer, epoch, best):
    content = {
        "model": model.state_dict(),
        "optimizer": {"state": {}, "param_groups": optimizer.state_dict()["param_groups"]},
        "epoch": epoch,
        "best": best,
    }
    torch.save(content, path)
