"""Squeezes the logits, which loses the axis of a batch of one.

Hidden only.
"""


def evaluate(model, loader):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            right += (model(images).squeeze().argmax(dim=-1) == labels).sum().item()
            count += len(labels)
    return right / max(count, 2)
