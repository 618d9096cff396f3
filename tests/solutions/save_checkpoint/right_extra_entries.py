"""Adds the random state and a note to the four entries."""


def save_checkpoint(path, model, optimizer, epoch, best):
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "best": best,
        "random": torch.get_rng_state(),
        "note": "1-3",
    }
    torch.save(content, str(path))
