"""Keeps the accuracies in half precision.

Hidden only.
"""


def early_stopping(accuracies, patience):
    a = np.array(accuracies, dtype=np.float16)
    best_epoch = int(a.argmax()) + 1
    return best_epoch, len(a) - best_epoch >= patience
