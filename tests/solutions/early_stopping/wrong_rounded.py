"""Compares accuracies that are rounded to three digits.

Hidden only.
"""


def early_stopping(accuracies, patience):
    best_epoch, best = 1, accuracies[0]
    for epoch, accuracy in enumerate(accuracies, start=1):
        if round(accuracy, 3) > round(best, 3):
            best_epoch, best = epoch, accuracy
    return best_epoch, len(accuracies) - best_epoch >= patience
