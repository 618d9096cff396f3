"""Leaves batches of one sample out.

Hidden only.
"""

def evaluate(model, loader):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            if len(labels) > 1:
                right += (model(images).argmax(dim=1) == labels).sum().item()
                count += len(labels)
    return right / max(count, 1)
