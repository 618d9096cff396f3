"""Returns whether to stop, without the best epoch."""


def early_stopping(accuracies, patience):
    best_epoch = accuracies.index(max(accuracies)) + 1
    return len(accuracies) - best_epoch >= patience
