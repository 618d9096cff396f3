"""Forgets the optimizer."""


def save_checkpoint(path, model, optimizer, epoch, best):
    torch.save({"model": model.state_dict(), "epoch": epoch, "best": best}, path)
