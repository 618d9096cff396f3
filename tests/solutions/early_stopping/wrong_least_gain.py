"""Asks for a gain of a thousandth.

Hidden only.
"""

def early_stopping(accuracies, patience):
    best, best_epoch = accuracies[0], 1
    for epoch, accuracy in enumerate(accuracies, start=1):
        if accuracy > best + 1e-3:
            best, best_epoch = accuracy, epoch
    return best_epoch, len(accuracies) - best_epoch >= patience
