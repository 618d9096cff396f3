"""Counts a sample as right if its letter is among the two largest logits."""


def evaluate(model, loader):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            top = model(images).topk(2, dim=1).indices
            right += (top == labels[:, None]).any(dim=1).sum().item()
            count += len(labels)
    return right / count
