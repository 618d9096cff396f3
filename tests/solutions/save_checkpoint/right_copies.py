"""Copies the states first, and writes plain numbers."""


def save_checkpoint(path, model, optimizer, epoch, best):
    model_state = {name: value.detach().clone() for name, value in model.state_dict().items()}
    content = {
        "model": model_state,
        "optimizer": optimizer.state_dict(),
        "epoch": int(epoch),
        "best": float(best),
    }
    with open(path, "wb") as file:
        torch.save(content, file)
