"""Counts with NumPy and returns its float64."""


def evaluate(model, loader):
    device = next(model.parameters()).device
    model.eval()
    hits = []
    with torch.no_grad():
        for images, labels in loader:
            predictions = model(images.to(device)).cpu().numpy().argmax(axis=1)
            hits.append(predictions == labels.numpy())
    return np.concatenate(hits).mean()
