"""One pass that counts the epochs since the best one."""


def early_stopping(accuracies, patience):
    best, best_epoch, waited = None, None, 0
    for epoch, accuracy in enumerate(accuracies, start=1):
        if best is None or accuracy > best:
            best, best_epoch, waited = accuracy, epoch, 0
        else:
            waited += 1
    return best_epoch, waited >= patience
