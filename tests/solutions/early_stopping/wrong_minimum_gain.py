"""A gain below a thousandth is no progress.

Hidden only.
"""


def early_stopping(accuracies, patience):
    best_epoch, best = 1, accuracies[0]
    for epoch, accuracy in enumerate(accuracies, start=1):
        if accuracy > best + 1e-3:
            best_epoch, best = epoch, accuracy
    return best_epoch, len(accuracies) - best_epoch >= patience
