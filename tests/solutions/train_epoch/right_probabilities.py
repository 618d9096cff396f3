"""The logarithm of softmax, picked out by the labels."""

def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = -torch.log(torch.softmax(model(images), dim=1).gather(1, labels[:, None])).mean()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
