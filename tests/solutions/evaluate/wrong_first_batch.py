"""Looks at the first batch only."""


def evaluate(model, loader):
    model.eval()
    with torch.no_grad():
        images, labels = next(iter(loader))
        return (model(images).argmax(dim=1) == labels).float().mean().item()
