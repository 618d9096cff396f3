"""Saves the random state as well."""

def save_checkpoint(path, model, optimizer, epoch, best):
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "best": best, "random": torch.get_rng_state()}
    torch.save(state, path)
