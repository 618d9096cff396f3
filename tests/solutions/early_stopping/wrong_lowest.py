"""Looks for the lowest value, as one would for a loss."""


def early_stopping(accuracies, patience):
    best_epoch = accuracies.index(min(accuracies)) + 1
    return best_epoch, len(accuracies) - best_epoch >= patience
