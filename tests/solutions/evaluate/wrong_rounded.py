"""Rounds the accuracy to two digits.

Hidden only.
"""

def evaluate(model, loader):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return round(right / count, 2)
