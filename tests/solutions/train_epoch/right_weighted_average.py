"""Collects losses and sizes, and averages with NumPy."""

def train_epoch(model, loader, optimizer):
    losses, sizes = [], []
    model.train()
    for x, y in loader:
        loss = nn.CrossEntropyLoss()(model(x), y)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().item())
        sizes.append(y.shape[0])
    return float(np.average(losses, weights=sizes))
