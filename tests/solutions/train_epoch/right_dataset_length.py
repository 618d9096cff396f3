"""Divides the weighted sum by the length of the loader's dataset."""


def train_epoch(model, loader, optimizer):
    model.train()
    total = 0.0
    for images, labels in loader:
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += float(loss) * images.shape[0]
    return total / len(loader.dataset)
