"""Loads what fits and leaves out the running means of batch norm."""


def load_checkpoint(path, model, optimizer):
    content = torch.load(path, weights_only=True)
    weights = {
        k: v for k, v in content["model"].items() if "running" not in k and "num_batches" not in k
    }
    model.load_state_dict(weights, strict=False)
    optimizer.load_state_dict(content["optimizer"])
    return content["epoch"], content["best"]
