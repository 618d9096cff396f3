"""Saves the state of the random generator, too."""

def save_checkpoint(path, model, optimizer, epoch, best):
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**states, "epoch": epoch, "best": best, "rng": torch.get_rng_state()}, path)
