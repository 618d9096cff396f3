"""The cross-entropy by hand, in float64."""

def train_epoch(model, loader, optimizer):
    model.train()
    device = next(model.parameters()).device
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = -F.log_softmax(model(images).double(), dim=1)[torch.arange(len(labels)), labels].mean()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
