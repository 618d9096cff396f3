"""Finds the best epoch with max over epochs and a key."""

def early_stopping(accuracies, patience):
    epochs = range(1, len(accuracies) + 1)
    best_epoch = max(epochs, key=lambda epoch: accuracies[epoch - 1])
    return best_epoch, best_epoch + patience <= len(accuracies)
