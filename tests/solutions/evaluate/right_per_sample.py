"""Asks for the top class of each sample, in inference mode, and averages with NumPy."""


def evaluate(model, loader):
    model.eval()
    found = []
    with torch.inference_mode():
        for images, labels in loader:
            top = torch.topk(model(images), 1, dim=1).indices[:, 0]
            found += torch.eq(top, labels).tolist()
    return float(np.mean(found))
