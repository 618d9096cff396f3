"""Saves the parameters in half precision, to save space."""


def save_checkpoint(path, model, optimizer, epoch, best):
    half = {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()}
    content = {"model": half, "optimizer": optimizer.state_dict(), "epoch": epoch, "best": best}
    torch.save(content, path)
