"""Keeps the losses of earlier epochs in a default argument.

Hidden only.
"""

def train_epoch(model, loader, optimizer, losses=[]):
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels, reduction="none")
        loss.mean().backward()
        optimizer.step()
        losses += loss.tolist()
    return sum(losses) / len(losses)
