"""Saves epoch and best as text."""

def save_checkpoint(path, model, optimizer, epoch, best):
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": str(epoch), "best": str(best)}
    torch.save(state, path)
