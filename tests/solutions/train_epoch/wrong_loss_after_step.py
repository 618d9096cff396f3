"""Reports the loss after the step instead of before."""


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss = F.cross_entropy(model(images), labels)
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
