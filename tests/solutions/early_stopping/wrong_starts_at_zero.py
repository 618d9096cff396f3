"""Starts from the accuracy 0, so that a first epoch with 0 is not the best so far."""


def early_stopping(accuracies, patience):
    best, best_epoch = 0.0, 0
    for epoch, accuracy in enumerate(accuracies, start=1):
        if accuracy > best:
            best, best_epoch = accuracy, epoch
    return best_epoch, len(accuracies) - best_epoch >= patience
