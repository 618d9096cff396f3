"""Compares in float32, where two accuracies may be the same.

Hidden only.
"""

def early_stopping(accuracies, patience):
    best_epoch = int(np.argmax(np.array(accuracies, dtype=np.float32))) + 1
    return best_epoch, len(accuracies) - best_epoch >= patience
