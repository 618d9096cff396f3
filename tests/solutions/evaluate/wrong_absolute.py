"""Takes the logit of the largest size, whatever its sign.

Hidden only.
"""

def evaluate(model, loader):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            right += (model(images).abs().argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return right / count
