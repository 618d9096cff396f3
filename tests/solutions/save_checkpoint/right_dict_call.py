"""Builds the dictionary with dict() and writes through an open file."""


def save_checkpoint(path, model, optimizer, epoch, best):
    state = dict(
        epoch=int(epoch),
        best=float(best),
        optimizer=optimizer.state_dict(),
        model=model.state_dict(),
    )
    with open(path, "wb") as file:
        torch.save(state, file)
