"""Pickles the model and the optimizer themselves."""


def save_checkpoint(path, model, optimizer, epoch, best):
    torch.save({"model": model, "optimizer": optimizer, "epoch": epoch, "best": best}, path)
