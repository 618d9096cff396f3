"""Takes the logits to float64 for the loss, written out by hand."""


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        optimizer.zero_grad()
        logits = model(images).double()
        log_p = logits - torch.logsumexp(logits, dim=1, keepdim=True)
        loss = -log_p[torch.arange(len(labels)), labels].mean()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
