"""Sets the weight decay of the optimizer to 0.

Hidden only.
"""


def train_epoch(model, loader, optimizer):
    for group in optimizer.param_groups:
        group["weight_decay"] = 0.0
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
