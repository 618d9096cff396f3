"""Collects the entries one by one, copies them, and writes through pathlib and a buffer."""


def save_checkpoint(path, model, optimizer, epoch, best):
    import copy
    import io
    from pathlib import Path

    content = {}
    for key, part in (("model", model), ("optimizer", optimizer)):
        content[key] = copy.deepcopy(part.state_dict())
    content["epoch"] = epoch
    content["best"] = best
    buffer = io.BytesIO()
    torch.save(content, buffer)
    Path(path).write_bytes(buffer.getvalue())
