"""Compares each epoch with the one before instead of the best so far."""


def early_stopping(accuracies, patience):
    waited = 0
    for before, accuracy in zip(accuracies, accuracies[1:]):
        waited = 0 if accuracy > before else waited + 1
    return accuracies.index(max(accuracies)) + 1, waited >= patience
