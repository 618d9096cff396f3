"""Looks from the end for the last epoch that beat all before it."""


def early_stopping(accuracies, patience):
    best_epoch = max(range(1, len(accuracies) + 1), key=lambda i: (accuracies[i - 1], -i))
    return best_epoch, best_epoch + patience <= len(accuracies)
