"""Skips batches that are not full, even if it is the only one.

Hidden only.
"""


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        if len(labels) < loader.batch_size and count + len(labels) < len(loader.dataset):
            continue
        if len(loader.dataset) < loader.batch_size:
            return float("inf") if not count else total / count
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
