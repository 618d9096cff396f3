"""Looks at the last hundred epochs only.

Hidden only.
"""


def early_stopping(accuracies, patience):
    start = max(0, len(accuracies) - 100)
    recent = accuracies[start:]
    best_epoch = start + recent.index(max(recent)) + 1
    return best_epoch, len(accuracies) - best_epoch >= patience
