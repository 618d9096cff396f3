"""Takes accuracies that are close for equal.

Hidden only.
"""

def early_stopping(accuracies, patience):
    top = max(accuracies)
    best_epoch = next(i for i, a in enumerate(accuracies, 1) if np.isclose(a, top))
    return best_epoch, len(accuracies) - best_epoch >= patience
