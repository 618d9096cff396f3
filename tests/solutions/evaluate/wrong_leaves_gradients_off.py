"""Switches gradients off and never on again."""


def evaluate(model, loader):
    model.eval()
    right, count = 0, 0
    torch.set_grad_enabled(False)
    for images, labels in loader:
        right += (model(images).argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return right / count
