"""Adds up the loss tensors, so the result carries every batch's graph."""


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total = total + loss * len(labels)
        count += len(labels)
    return total / count
