"""Saves the model's state dict alone; the run cannot be resumed."""


def save_checkpoint(path, model, optimizer, epoch, best):
    torch.save(model.state_dict(), path)
