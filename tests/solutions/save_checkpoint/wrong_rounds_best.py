"""Rounds the best accuracy to three digits.

Hidden only.
"""

def save_checkpoint(path, model, optimizer, epoch, best):
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "best": round(best, 3)}
    torch.save(state, path)
