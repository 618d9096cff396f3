"""Saves the state of the optimizer with the settings of Adam.

Hidden only.
"""


def save_checkpoint(path, model, optimizer, epoch, best):
    groups = optimizer.state_dict()["param_groups"]
    saved = {
        "state": optimizer.state_dict()["state"],
        "param_groups": [{**g, "lr": 0.01, "weight_decay": 0} for g in groups],
    }
    content = {"model": model.state_dict(), "optimizer": saved, "epoch": epoch, "best": best}
    torch.save(content, path)
