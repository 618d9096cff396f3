"""Spells the cross-entropy out as log_softmax and nll_loss; NumPy makes the mean."""


def train_epoch(model, loader, optimizer):
    device = next(model.parameters()).device
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        loss = F.nll_loss(F.log_softmax(model(images.to(device)), dim=1), labels.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(labels))
    return np.average(losses, weights=sizes)
