"""Returns the best accuracy instead of its epoch."""


def early_stopping(accuracies, patience):
    best_epoch = accuracies.index(max(accuracies)) + 1
    return max(accuracies), len(accuracies) - best_epoch >= patience
