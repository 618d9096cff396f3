"""Turns the accuracy into NumPy's float64, which weights_only=True refuses."""


def save_checkpoint(path, model, optimizer, epoch, best):
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": epoch,
            "best": np.float64(best),
        },
        path,
    )
