"""Stops only when the wait is exactly the patience, which the formula does not say."""


def early_stopping(accuracies, patience):
    best_epoch = accuracies.index(max(accuracies)) + 1
    return best_epoch, len(accuracies) - best_epoch == patience
