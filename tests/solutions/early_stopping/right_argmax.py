"""NumPy's argmax takes the first of equal values."""


def early_stopping(accuracies, patience):
    best = np.argmax(accuracies)
    return best + 1, len(accuracies) - 1 - best >= patience
