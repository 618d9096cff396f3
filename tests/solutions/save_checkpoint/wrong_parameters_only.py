"""Saves named_parameters, without the running means of batch norm."""


def save_checkpoint(path, model, optimizer, epoch, best):
    torch.save(
        {
            "model": dict(model.named_parameters()),
            "optimizer": optimizer.state_dict(),
            "epoch": epoch,
            "best": best,
        },
        path,
    )
