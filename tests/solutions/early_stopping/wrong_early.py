"""Counts the best epoch itself as one without progress."""


def early_stopping(accuracies, patience):
    best = accuracies.index(max(accuracies))
    return best + 1, len(accuracies) - best >= patience
