"""Counts the epochs from 0."""


def early_stopping(accuracies, patience):
    best_epoch = int(np.argmax(accuracies))
    return best_epoch, len(accuracies) - 1 - best_epoch >= patience
