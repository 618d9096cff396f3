"""Counts the right letters whose logit is above a half.

Hidden only.
"""

def evaluate(model, loader):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            right += (model(images)[torch.arange(len(labels)), labels] > 0.5).sum().item()
            count += len(labels)
    return right / count
