"""Never sets the counter back to zero."""


def early_stopping(accuracies, patience):
    best, best_epoch, waited = -1.0, 0, 0
    for epoch, accuracy in enumerate(accuracies, start=1):
        if accuracy > best:
            best, best_epoch = accuracy, epoch
        else:
            waited += 1
    return best_epoch, waited >= patience
