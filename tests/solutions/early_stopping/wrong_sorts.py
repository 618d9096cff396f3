"""Sorts the list in place to find the best, and loses the order."""


def early_stopping(accuracies, patience):
    accuracies.sort()
    best_epoch = accuracies.index(accuracies[-1]) + 1
    return best_epoch, len(accuracies) - best_epoch >= patience
