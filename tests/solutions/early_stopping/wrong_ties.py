"""An equal accuracy counts as progress."""


def early_stopping(accuracies, patience):
    best, best_epoch = -1.0, 0
    for epoch, accuracy in enumerate(accuracies, start=1):
        if accuracy >= best:
            best, best_epoch = accuracy, epoch
    return best_epoch, len(accuracies) - best_epoch >= patience
