"""Compares with the epoch one patience before, and ignores the best one; an equal value goes on."""


def early_stopping(accuracies, patience):
    best_epoch = accuracies.index(max(accuracies)) + 1
    return best_epoch, len(accuracies) > patience and accuracies[-1] < accuracies[-1 - patience]
