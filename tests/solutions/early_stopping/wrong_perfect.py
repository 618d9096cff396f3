"""Stops when an accuracy of 1 is reached.

Hidden only.
"""


def early_stopping(accuracies, patience):
    best_epoch = accuracies.index(max(accuracies)) + 1
    return best_epoch, len(accuracies) - best_epoch >= patience or max(accuracies) == 1
