"""Puts all but batch norm into evaluation mode.

Hidden only.
"""


def evaluate(model, loader):
    model.eval()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm1d):
            part.train()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return right / count
